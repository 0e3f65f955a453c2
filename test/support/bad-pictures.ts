import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** A PNG of one tone without holding its pixels: few bytes that claim many. `colour`: 2 is RGB, 6 RGBA. */
export function vastPng(width: number, height: number, colour: 2 | 6, options: { interlaced?: boolean } = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, colour, 0, 0, options.interlaced ? 1 : 0], 8)
  const row = Buffer.alloc(1 + width * (colour === 6 ? 4 : 3))
  const rows = Buffer.concat(Array.from({ length: Math.min(height, 64) }, () => row))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...chunks])
}

/** A GIF, WebP or TIFF of three frames or pages, each of another tone. */
export async function animated(format: 'gif' | 'webp' | 'tiff'): Promise<Buffer> {
  const [width, pageHeight, pages] = [60, 50, 3]
  const tones = Array.from({ length: pages }, (_, page) => Buffer.alloc(width * pageHeight * 3, 60 + page * 70))
  const raw = { width, height: pageHeight * pages, channels: 3, pageHeight } as const
  return sharp(Buffer.concat(tones), { raw }).toFormat(format).toBuffer()
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
