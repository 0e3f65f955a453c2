import type { PictureFormat } from './picture.ts'
import type { Shop, Template } from './shop.ts'

const EXTENSIONS: Readonly<Record<PictureFormat, string>> = {
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
  tiff: 'tif',
  gif: 'gif',
  avif: 'avif',
}

/** Windows cannot open these, whatever the extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i
/** Most NAS file systems take 255 bytes a name; some encrypt names and take 143. */
const MAX_PART_BYTES = 143

/** One folder or file name made safe for every NAS and every system that opens its shares: no separators, no control
 *  or direction characters, nothing that Windows refuses, one Unicode form, at most `maxBytes`. Never empty, `.` or
 *  `..`. */
export function cleanPart(name: string, maxBytes = MAX_PART_BYTES): string {
  const plain = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Bidi_Control}\u200b-\u200f\ufeff]/gu, '')
    .normalize('NFC')
    .replace(/[<>:"/\\|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
  const allowed = RESERVED.test(plain) ? `_${plain}` : plain
  return cutToBytes(allowed, maxBytes).replace(/[. ]+$/, '') || '_'
}

/** The folder of a template's files on the NAS: `{nas root}/{shop}/{template}`. */
export function remoteDir(root: string, shop: Pick<Shop, 'name'>, template: Pick<Template, 'name'>): string {
  return `${root.replace(/\/+$/, '')}/${cleanPart(shop.name)}/${cleanPart(template.name)}`
}

/** With its dot: the real format's, whatever the dropped file was called. */
export function remoteExtension(format: PictureFormat): string {
  return `.${EXTENSIONS[format]}`
}

/** The final name of a design's file. The extension is the real format's, whatever the dropped file was called. */
export function remoteFileName(
  template: Pick<Template, 'name' | 'namePattern'>,
  number: number,
  format: PictureFormat,
): string {
  const extension = remoteExtension(format)
  const stem = template.namePattern.replaceAll('{number}', String(number)).replaceAll('{template}', template.name)
  const room = MAX_PART_BYTES - extension.length
  // A name that must be cut keeps its number: without it, two designs would have one name.
  const tail = byteLength(cleanPart(stem, Number.POSITIVE_INFINITY)) > room ? `_${number}` : ''
  return `${cleanPart(stem, room - tail.length)}${tail}${extension}`
}

/** The number that the file name says, if it is one that `remoteFileName` gives; else null. */
export function numberInName(template: Pick<Template, 'name' | 'namePattern'>, fileName: string): number | null {
  const format = (Object.keys(EXTENSIONS) as PictureFormat[]).find((one) => fileName.endsWith(`.${EXTENSIONS[one]}`))
  if (format === undefined) return null
  for (const [digits] of fileName.matchAll(/[1-9][0-9]{0,14}/g)) {
    const number = Number(digits)
    if (remoteFileName(template, number, format) === fileName) return number
  }
  return null
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}
