import type { LooksLike } from '../../shared/domain/detail.ts'
import type { PictureFormat } from '../../shared/domain/picture.ts'

/** What the first bytes of a file say it is: a format that Galley takes, or what else it looks like. */
export type Sniffed = { readonly format: PictureFormat } | { readonly format: null; readonly looksLike: LooksLike }

export const SNIFF_BYTES = 64

const AVIF_BRANDS = ['avif', 'avis']
const HEIF_BRANDS = ['heic', 'heix', 'hevc', 'mif1', 'msf1']

/** Looks at the file's first bytes only, never at its name. */
export function sniff(start: Uint8Array): Sniffed {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, SNIFF_BYTES)).toString('latin1')
  const format = formatOf(bytes)
  return format === null ? { format, looksLike: looksOf(bytes) } : { format }
}

function formatOf(bytes: string): PictureFormat | null {
  if (bytes.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (bytes.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (bytes.startsWith('RIFF') && bytes.startsWith('WEBP', 8)) return 'webp'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((order) => bytes.startsWith(order))) return 'tiff'
  if (bytes.startsWith('GIF87a') || bytes.startsWith('GIF89a')) return 'gif'
  if (brands(bytes).some((brand) => AVIF_BRANDS.includes(brand))) return 'avif'
  return null
}

function looksOf(bytes: string): LooksLike {
  if (bytes.startsWith('8BPS')) return 'photoshop'
  if (bytes.startsWith('BM')) return 'bmp'
  if (bytes.startsWith('%PDF') || bytes.startsWith('%!PS')) return 'pdf'
  if (brands(bytes).some((brand) => HEIF_BRANDS.includes(brand))) return 'heic'
  if (bytes.startsWith('\xff\x0a') || bytes.startsWith('JXL ', 4)) return 'jpeg-xl'
  if (bytes.startsWith('PK\x03\x04')) return 'zip'
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(bytes)) return 'svg'
  return isText(bytes) ? 'text' : 'unknown'
}

/** The major and the compatible brands of an ISO media file; none for other files. */
function brands(bytes: string): readonly string[] {
  if (!bytes.startsWith('ftyp', 4)) return []
  return [bytes.slice(8, 12), ...(bytes.slice(16).match(/.{4}/gs) ?? [])]
}

function isText(bytes: string): boolean {
  return [...bytes].every((char) => char >= ' ' || '\t\r\n'.includes(char))
}
