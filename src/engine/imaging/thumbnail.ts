import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import sharp from 'sharp'
import { MAX_SMALL_BYTES } from '../../shared/domain/thumbnail.ts'
import type { Raster } from './raster.ts'

/** Four of five clip-arts are smaller as PNG, and take less CPU than a WebP; photographs are three times larger. */
const MAX_PNG_BYTES = 32 * 1024

/** Writes the picture as PNG where it is flat enough for that, else as WebP; `path` never shows a file that is cut short. */
export async function writeThumbnail({ width, height, data }: Raster, path: string): Promise<void> {
  const image = sharp(data, { raw: { width, height, channels: 4 } })
  const png = await image.clone().png({ compressionLevel: 1 }).toBuffer()
  const isFlat = png.length <= MAX_PNG_BYTES
  const thumbnail = isFlat ? png : await image.webp({ quality: 80, alphaQuality: 60, effort: 0 }).toBuffer()
  writeWhole(thumbnail, path)
}

/** The longer side of the small one and its quality, until it is small enough: drawings are at the first, what is as dense
 *  as a photograph at the third. Noise alone needs the last. */
const SMALL = [
  { side: 256, quality: 60 },
  { side: 192, quality: 60 },
  { side: 160, quality: 45 },
  { side: 80, quality: 15 },
]

/** Writes the picture as WebP, small enough to lie at the record service; its SHA-256. */
export async function writeSmallThumbnail({ width, height, data }: Raster, path: string): Promise<string> {
  const image = sharp(data, { raw: { width, height, channels: 4 } })
  for (const { side, quality } of SMALL) {
    const resized = image.clone().resize(side, side, { fit: 'inside', withoutEnlargement: true })
    const small = await resized.webp({ quality, alphaQuality: quality, effort: 0 }).toBuffer()
    if (small.length > MAX_SMALL_BYTES) continue
    writeWhole(small, path)
    return createHash('sha256').update(small).digest('hex')
  }
  throw new Error('no picture of 80 pixels is so large')
}

/** At once: through Node's threads it is three times the CPU, and this process does nothing else meanwhile. */
function writeWhole(bytes: Buffer, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, bytes)
  renameSync(`${path}.part`, path)
}
