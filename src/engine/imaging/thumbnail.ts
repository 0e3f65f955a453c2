import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import sharp from 'sharp'
import type { Raster } from './raster.ts'

/** Writes the picture as WebP; `path` never shows a file that is cut short. */
export async function writeThumbnail({ width, height, data }: Raster, path: string): Promise<void> {
  const webp = await sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality: 80, alphaQuality: 60, effort: 0 })
    .toBuffer()
  // At once: through Node's threads it is three times the CPU, and this process does nothing else meanwhile.
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, webp)
  renameSync(`${path}.part`, path)
}
