import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { CustomScheme, Protocol } from 'electron'
import { APP_SCHEME, type AppFolders, fileOf, thumbnailIdOf } from './app-url.ts'

/** To be registered before the app is ready. */
export const APP_SCHEME_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
}

/** Styles that a script sets on an element are allowed by the standard; inline script and style text never. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' app://thumb data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Serves the window's files and the thumbnails, each with the policy as a header. `elsewhere`: the file of a design's
 *  thumbnail that is not among this computer's own. */
export function serveApp(
  protocol: Pick<Protocol, 'handle'>,
  folders: AppFolders,
  elsewhere: (designId: string) => Promise<string | null>,
): void {
  const read = async (url: string): Promise<{ readonly file: string; readonly body: Buffer } | null> => {
    const file = fileOf(url, folders)
    const body = file === null ? null : await readFile(file).catch(() => null)
    if (file !== null && body !== null) return { file, body }
    const id = thumbnailIdOf(url)
    const other = id === null ? null : await elsewhere(id)
    const found = other === null ? null : await readFile(other).catch(() => null)
    return other === null || found === null ? null : { file: other, body: found }
  }

  protocol.handle(APP_SCHEME, async ({ url, method }) => {
    const found = method === 'GET' ? await read(url) : null
    const type = found === null ? undefined : typeOf(found.file, found.body)
    if (found === null || type === undefined) return new Response(null, { status: 404 })
    return new Response(new Uint8Array(found.body), {
      headers: {
        'content-type': type,
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    })
  })
}

/** Of thumbnails the first byte tells. */
function typeOf(file: string, body: Buffer): string | undefined {
  const extension = extname(file)
  if (extension !== '.thumb') return TYPES[extension]
  return body[0] === 0x89 ? 'image/png' : 'image/webp'
}
