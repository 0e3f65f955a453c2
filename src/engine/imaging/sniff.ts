import type { LooksLike } from '../../shared/domain/detail.ts'
import type { PictureFormat } from '../../shared/domain/picture.ts'

/** What the first bytes of a file say it is: a format that Galley takes, or what else it looks like. */
export type Sniffed = { readonly format: PictureFormat } | { readonly format: null; readonly looksLike: LooksLike }

const SNIFF_BYTES = 64

/** A TIFF otherwise, whose directory comes next: no pixels can be there. */
const CANON_RAW = 'II*\0\x10\0\0\0CR'
const AVIF_BRANDS = ['avif', 'avis']
const HEIF_BRANDS = ['heic', 'heix', 'hevc', 'mif1', 'msf1']

/** Looks at the file's first bytes only, never at its name. A few are enough; of zeros, as many as there are. */
export function sniff(start: Uint8Array): Sniffed {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, SNIFF_BYTES)).toString('latin1')
  const format = formatOf(bytes)
  if (format !== null) return { format }
  return { format, looksLike: start.every((byte) => byte === 0) ? 'zeros' : looksOf(bytes) }
}

function formatOf(bytes: string): PictureFormat | null {
  if (bytes.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (bytes.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (bytes.startsWith('RIFF') && bytes.startsWith('WEBP', 8)) return 'webp'
  if (bytes.startsWith(CANON_RAW)) return null
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((order) => bytes.startsWith(order))) return 'tiff'
  if (bytes.startsWith('GIF87a') || bytes.startsWith('GIF89a')) return 'gif'
  if (brands(bytes).some((brand) => AVIF_BRANDS.includes(brand))) return 'avif'
  return null
}

function looksOf(bytes: string): LooksLike {
  const found = STARTS.find(([, starts]) => starts.some((start) => bytes.startsWith(start)))
  if (found !== undefined) return found[0]
  if (/^RIFF.{4}CDR/s.test(bytes)) return 'corel'
  if (brands(bytes).some((brand) => HEIF_BRANDS.includes(brand))) return 'heic'
  if (bytes.startsWith('ftypcrx', 4)) return 'camera-raw'
  if (bytes.startsWith('ftyp', 4)) return 'video'
  if (/^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)/i.test(bytes)) return 'web-page'
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(bytes)) return 'svg'
  return isText(bytes) ? 'text' : 'unknown'
}

/** Files that are told by how they begin. */
const STARTS: readonly (readonly [LooksLike, readonly string[]])[] = [
  ['photoshop', ['8BPS']],
  ['pdf', ['%PDF', '%!PS', '\xc5\xd0\xd3\xc6']],
  ['jpeg-xl', ['\xff\x0a', '\0\0\0\x0cJXL ']],
  ['jpeg-2000', ['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51']],
  ['zip', ['PK\x03\x04']],
  ['svgz', ['\x1f\x8b']],
  ['gimp', ['gimp xcf']],
  ['affinity', ['\0\xffKA']],
  ['icon', ['\0\0\x01\0']],
  ['camera-raw', [CANON_RAW, 'IIRO', 'IIRS', 'MMOR', 'IIU\0', 'FUJIFILMCCD-RAW', 'FOVb']],
  ['macos', ['\0\x05\x16\x07']],
  ['bmp', ['BM']],
]

/** The major and the compatible brands of an ISO media file; none for other files. */
function brands(bytes: string): readonly string[] {
  if (!bytes.startsWith('ftyp', 4)) return []
  return [bytes.slice(8, 12), ...(bytes.slice(16).match(/.{4}/gs) ?? [])]
}

function isText(bytes: string): boolean {
  return [...bytes].every((char) => char >= ' ' || '\t\r\n'.includes(char))
}
