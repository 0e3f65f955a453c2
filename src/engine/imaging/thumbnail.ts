import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import sharp from 'sharp'
import type { Raster } from './raster.ts'

/** Four of five clip-arts are smaller as PNG, and take less CPU than a WebP; photographs are three times larger. */
const MAX_PNG_BYTES = 32 * 1024

/** Writes the picture as PNG where it is flat enough for that, else as WebP; `path` never shows a file that is cut short. */
export async function writeThumbnail({ width, height, data }: Raster, path: string): Promise<void> {
  const image = sharp(data, { raw: { width, height, channels: 4 } })
  const png = await image.clone().png({ compressionLevel: 1 }).toBuffer()
  const isFlat = png.length <= MAX_PNG_BYTES
  const thumbnail = isFlat ? png : await image.webp({ quality: 80, alphaQuality: 60, effort: 0 }).toBuffer()
  // At once: through Node's threads it is three times the CPU, and this process does nothing else meanwhile.
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, thumbnail)
  renameSync(`${path}.part`, path)
}
