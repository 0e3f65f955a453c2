import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import sharp from 'sharp'
import type { Raster } from './raster.ts'

/** Writes the picture as WebP; `path` never shows a file that is cut short. */
export async function writeThumbnail({ width, height, data }: Raster, path: string): Promise<void> {
  const webp = await sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality: 80, alphaQuality: 60, effort: 0 })
    .toBuffer()
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.part`, webp)
  await rename(`${path}.part`, path)
}
