import type { PictureFormat } from './picture.ts'

/** What the names of a template's files are made of. */
export interface NamedTemplate {
  readonly code: string
  readonly namePattern: string
}

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
/** No template is called so. */
const SAMPLE_NUMBER = 987_654_321

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

/** The folder of a template's files on the NAS. */
export function remoteDir(root: string, { folder }: { readonly folder: string }): string {
  return `${root.replace(/\/+$/, '')}/${folder}`
}

/** With its dot: the real format's, whatever the dropped file was called. */
export function remoteExtension(format: PictureFormat): string {
  return `.${EXTENSIONS[format]}`
}

/** The final name of a design's file. The extension is the real format's, whatever the dropped file was called. */
export function remoteFileName(template: NamedTemplate, number: number, format: PictureFormat): string {
  const extension = remoteExtension(format)
  return `${stemOf(template, number, extension)}${extension}`
}

function stemOf({ code, namePattern }: NamedTemplate, number: number, extension: string): string {
  const stem = namePattern.replaceAll('{number}', String(number)).replaceAll('{template}', code)
  const room = MAX_PART_BYTES - extension.length
  // A name that must be cut keeps its number: without it, two designs would have one name.
  const tail = byteLength(cleanPart(stem, Number.POSITIVE_INFINITY)) > room ? `_${number}` : ''
  return `${cleanPart(stem, room - tail.length)}${tail}`
}

/** The number that the file name says, if it is one that `remoteFileName` gives; else null. */
export function numberInName(template: NamedTemplate, fileName: string): number | null {
  const format = (Object.keys(EXTENSIONS) as PictureFormat[]).find((one) => fileName.endsWith(`.${EXTENSIONS[one]}`))
  if (format === undefined) return null
  return numbersSaidIn(fileName).find((number) => remoteFileName(template, number, format) === fileName) ?? null
}

/** Tells the number that a file takes by its name, whatever its extension and its case: to people, another file of that
 *  number would be the same design. Null for any other name. Made once for the many names of a folder. */
export function takenNumberReader(template: NamedTemplate): (fileName: string) => number | null {
  const sample = stemOf(template, SAMPLE_NUMBER, '.png').toLowerCase()
  const parts = sample.split(String(SAMPLE_NUMBER))
  // Where a name is cut, or one that Windows refuses, it depends on the number.
  const isPlain = byteLength(sample) < MAX_PART_BYTES / 2 && parts.length > 1 && !/^_?(com|lpt)/.test(sample)
  const stemFor = isPlain
    ? (number: number) => parts.join(String(number))
    : (number: number) => stemOf(template, number, '.png').toLowerCase()
  return (fileName) => {
    const dot = fileName.lastIndexOf('.')
    const stem = (dot > 0 ? fileName.slice(0, dot) : fileName).toLowerCase()
    const number = numbersSaidIn(stem).find((one) => stemFor(one) === stem)
    return number ?? (isPlain ? null : numberInName(template, fileName))
  }
}

function numbersSaidIn(text: string): number[] {
  return [...new Set(text.match(/[1-9][0-9]{0,14}/g)?.map(Number))]
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
