import sharp from 'sharp'
import { drawDesign } from '../../src/practice/draw-design.ts'

export { drawDesign } from '../../src/practice/draw-design.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

const MEGABYTE = 1024 * 1024
/** Opaque pixels with grain of 3 bits a channel take about this much of a PNG; a first guess, then corrected. */
const GUESSED_BYTES_PER_PIXEL = 0.9

/** A drawn design with grain like a scan's, as a PNG of about `megabytes` (within a tenth): the same for the same seed. */
export async function drawHeavyDesign(seed: number, megabytes: number): Promise<Buffer> {
  const wanted = megabytes * MEGABYTE
  const first = sizeOf(wanted / GUESSED_BYTES_PER_PIXEL)
  const png = await drawGrain(seed, first)
  if (Math.abs(png.length - wanted) <= wanted / 20) return png
  return drawGrain(seed, sizeOf((first.width * first.height * wanted) / png.length))
}

/** A PNG of noise, quickly made, that compresses to nothing less than about `megabytes`: another picture for each seed. */
export async function noiseDesign(megabytes: number, seed = 1): Promise<Buffer> {
  const side = Math.round(Math.sqrt((megabytes * 1e6) / 4))
  const pixels = Buffer.alloc(side * side * 4)
  let noise = seed
  for (let at = 0; at < pixels.length; at += 4) {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0
    pixels.writeUInt32LE(noise, at)
    pixels[at + 3] = 255
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 4 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}

/** The design on a larger transparent canvas. */
export async function withMargin(png: Buffer, margin: { top: number; right: number; bottom: number; left: number }) {
  const background = { r: 0, g: 0, b: 0, alpha: 0 }
  return sharp(png)
    .extend({ ...margin, background })
    .png()
    .toBuffer()
}

/** The design's shape in white alone, on a transparent ground: invisible on white. */
export async function inWhite(png: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  for (let i = 0; i < data.length; i += 4) {
    const luma = ((data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0)) / 3
    data[i + 3] = Math.round(((data[i + 3] ?? 0) * (255 - luma)) / 255)
    data.fill(255, i, i + 3)
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png()
    .toBuffer()
}

/** The proportions of a 15 x 18 inch print, the usual canvas. */
function sizeOf(pixels: number): Size {
  const width = Math.round(Math.sqrt((pixels * 15) / 18))
  return { width, height: Math.round((width * 18) / 15) }
}

async function drawGrain(seed: number, size: Size): Promise<Buffer> {
  const { data, info } = await sharp(await drawDesign(seed, size))
    .raw()
    .toBuffer({ resolveWithObject: true })
  let state = seed | 1
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) continue
    for (let channel = i; channel < i + 3; channel++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      data[channel] = Math.min(255, Math.max(0, (data[channel] ?? 0) + (state >>> 29) - 4))
    }
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
}
