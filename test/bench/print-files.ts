import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { drawDesign } from '../../src/practice/draw-design.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Compresses to about 2 MB. */
export const MIDDLING: Size = { width: 1750, height: 2000 }

/** Makes `count` different designs, drawn art with grain: flat drawings alone would compress to a tenth of a real print
 *  file. Answers their paths. */
export async function writePrintFiles(folder: string, count: number, size: Size): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  for (let seed = 0; seed < count; seed++) {
    const path = join(folder, `design ${String(seed).padStart(3, '0')}.png`)
    await writeFile(path, await drawWithGrain(seed, size))
    paths.push(path)
  }
  return paths
}

async function drawWithGrain(seed: number, size: Size): Promise<Buffer> {
  const drawn = sharp(await drawDesign(seed, size)).ensureAlpha()
  const { data, info } = await drawn.raw().toBuffer({ resolveWithObject: true })
  let noise = seed
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 0) continue
    // A linear congruential generator, Numerical Recipes' constants; its upper bits are the random ones.
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = (data[at + channel] ?? 0) ^ ((noise >>> (26 + 2 * channel)) & 3)
    }
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .withMetadata({ density: 300 })
    .toBuffer()
}
