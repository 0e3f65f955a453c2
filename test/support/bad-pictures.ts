import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import type { FailureCode } from '../../src/shared/domain/failure.ts'
import type { PictureInfo } from '../../src/shared/domain/picture.ts'
import { drawDesign } from './pictures.ts'

/** A PNG of one tone without holding its pixels: few bytes that claim many. `colour`: 2 is RGB, 6 RGBA. */
export function vastPng(width: number, height: number, colour: 2 | 6, options: { interlaced?: boolean } = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, colour, 0, 0, options.interlaced ? 1 : 0], 8)
  const row = Buffer.alloc(1 + width * (colour === 6 ? 4 : 3))
  const rows = Buffer.concat(Array.from({ length: Math.min(height, 64) }, () => row))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...chunks])
}

/** A GIF, WebP or TIFF of three frames or pages, each of another tone. */
export async function animated(format: 'gif' | 'webp' | 'tiff'): Promise<Buffer> {
  const [width, pageHeight, pages] = [60, 50, 3]
  const tones = Array.from({ length: pages }, (_, page) => Buffer.alloc(width * pageHeight * 3, 60 + page * 70))
  const raw = { width, height: pageHeight * pages, channels: 3, pageHeight } as const
  return sharp(Buffer.concat(tones), { raw }).toFormat(format).toBuffer()
}

/** A file that is refused: with which code, and what a person reads in particular. */
export interface Refused {
  readonly name: string
  readonly code: FailureCode
  readonly says: RegExp
  make(): Buffer | Promise<Buffer>
}

const text = (content: string): Buffer => Buffer.from(content, 'latin1')
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.6))
const design = (seed = 1): Promise<Buffer> => drawDesign(seed, { width: 300, height: 360 })
const external = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>'

/** One of each kind. */
export const REFUSED: readonly Refused[] = [
  { name: 'empty.png', code: 'empty-file', says: /is empty/, make: () => Buffer.alloc(0) },
  {
    name: 'letter.png',
    code: 'unsupported-format',
    says: /like text/,
    make: () => text('Dear printer,\nhere it is.\n'),
  },
  { name: 'picture.bmp', code: 'unsupported-format', says: /a BMP/, make: () => text(`BM${'\0'.repeat(60)}`) },
  {
    name: 'artwork.psd',
    code: 'unsupported-format',
    says: /a Photoshop document/,
    make: () => text(`8BPS\0\x01${'\0'.repeat(60)}`),
  },
  { name: 'print.pdf', code: 'unsupported-format', says: /a PDF/, make: () => text('%PDF-1.7\n') },
  { name: 'drawing.svg', code: 'unsupported-format', says: /an SVG/, make: () => text(external) },
  { name: 'drawing named.png', code: 'unsupported-format', says: /an SVG/, make: () => text(external) },
  { name: 'cut.png', code: 'damaged-image', says: /PNG|png/, make: async () => cut(await design()) },
  {
    name: 'cut.jpg',
    code: 'damaged-image',
    says: /JPEG|jpeg/,
    make: async () =>
      cut(
        await sharp(await design())
          .jpeg()
          .toBuffer(),
      ),
  },
  {
    name: 'cut.webp',
    code: 'damaged-image',
    says: /WebP|webp/i,
    make: async () =>
      cut(
        await sharp(await design())
          .webp()
          .toBuffer(),
      ),
  },
  {
    name: 'header only.png',
    code: 'damaged-image',
    says: /damaged/,
    make: async () => (await design()).subarray(0, 20),
  },
  { name: 'start.jpg', code: 'damaged-image', says: /damaged/, make: () => text('\xff\xd8\xff\xe0\0\x10JFIF\0') },
  {
    name: '30000x30000.png',
    code: 'too-many-pixels',
    says: /30000 x 30000; at most 100 million/,
    make: () => vastPng(30_000, 30_000, 2),
  },
  {
    name: '16000x16000.png',
    code: 'too-many-pixels',
    says: /16000 x 16000; at most 100 million/,
    make: () => vastPng(16_000, 16_000, 6),
  },
  {
    name: 'interlaced 8000x8000.png',
    code: 'too-many-pixels',
    says: /at most 40 million for interlaced png/,
    make: () => vastPng(8_000, 8_000, 6, { interlaced: true }),
  },
  { name: '100000x100.png', code: 'aspect-ratio', says: /100000 x 100/, make: () => vastPng(100_000, 100, 2) },
]

/** A file of an unusual kind that is taken, and what is found out about it. */
export interface Odd {
  readonly name: string
  readonly picture: Partial<PictureInfo>
  make(): Promise<Buffer>
}

const opaque = async (seed: number): Promise<Sharp> => sharp(await design(seed)).flatten({ background: '#fff' })

/** One of each kind, each another picture. */
export const ODD: readonly Odd[] = [
  { name: 'moving.gif', picture: { format: 'gif', pages: 3 }, make: () => animated('gif') },
  { name: 'moving.webp', picture: { format: 'webp', pages: 3 }, make: () => animated('webp') },
  { name: 'pages.tif', picture: { format: 'tiff', pages: 3 }, make: () => animated('tiff') },
  {
    name: 'cmyk.jpg',
    picture: { format: 'jpeg', colourSpace: 'cmyk' },
    make: async () => (await opaque(11)).toColourspace('cmyk').jpeg().toBuffer(),
  },
  {
    name: 'deep.png',
    picture: { format: 'png', colourSpace: 'rgb16' },
    make: async () => (await opaque(12)).toColourspace('rgb16').png().toBuffer(),
  },
  {
    name: 'picture.avif',
    picture: { format: 'avif', hasAlpha: true },
    make: async () =>
      sharp(await design(13))
        .avif({ effort: 0 })
        .toBuffer(),
  },
  {
    name: 'turned by EXIF.jpg',
    picture: { format: 'jpeg', width: 360, height: 300 },
    make: async () => (await opaque(14)).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  },
  {
    name: 'with a profile.png',
    picture: { format: 'png', hasColourProfile: true },
    make: async () =>
      sharp(await design(15))
        .withIccProfile('p3')
        .png()
        .toBuffer(),
  },
  {
    name: 'interlaced.png',
    picture: { format: 'png', width: 300, height: 360 },
    make: async () =>
      sharp(await design(16))
        .png({ progressive: true })
        .toBuffer(),
  },
  {
    name: 'grey.png',
    picture: { colourSpace: 'b-w', hasAlpha: false },
    make: async () => (await opaque(17)).greyscale().toColourspace('b-w').png().toBuffer(),
  },
  { name: 'really a jpeg.png', picture: { format: 'jpeg' }, make: async () => (await opaque(18)).jpeg().toBuffer() },
]

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
