import { join, sep } from 'node:path'

/** The scheme under which the window's own files come, in place of `file://`. */
export const APP_SCHEME = 'app'
export const PAGE_URL = 'app://galley/index.html'

export interface AppFolders {
  /** The built renderer. */
  readonly renderer: string
  /** `{itemId}.thumb` each, a PNG or a WebP. */
  readonly thumbnails: string
}

/** Is this our own page? */
export function isPageUrl(text: string): boolean {
  return URL.canParse(text) && hostOf(new URL(text)) === 'galley'
}

/** The file that an app URL names: `app://galley/{path}` of the renderer, `app://thumb/{itemId}` of the thumbnails. Null
 *  for everything else; a URL can never lead out of those two folders. */
export function fileOf(text: string, folders: AppFolders): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const host = hostOf(url)
  if (host === 'galley') return within(folders.renderer, url.pathname)
  const itemId = thumbnailIdOf(text)
  return itemId === null ? null : join(folders.thumbnails, `${itemId}.thumb`)
}

/** Of `app://thumb/{id}`; null of any other URL. */
export function thumbnailIdOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  return hostOf(url) === 'thumb' ? (/^\/([\w-]{1,64})$/.exec(url.pathname)?.[1] ?? null) : null
}

function hostOf(url: URL): string | null {
  return url.protocol === `${APP_SCHEME}:` ? url.host : null
}

function within(folder: string, encodedPath: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(encodedPath)
  } catch {
    return null
  }
  // A separator or a `..` that was hidden by encoding only shows now; Windows takes both slashes and drive letters.
  if (/[\\:\0]/.test(path) || path.split('/').includes('..')) return null
  const file = join(folder, path)
  return file.startsWith(folder + sep) ? file : null
}
