import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import sharp from 'sharp'
import type { Raster } from './raster.ts'

const SIDE = 256

/** Writes a WebP of at most 256 pixels a side; `path` never shows a file that is cut short. */
export async function writeThumbnail({ width, height, data }: Raster, path: string): Promise<void> {
  const webp = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 1 })
    .toBuffer()
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.part`, webp)
  await rename(`${path}.part`, path)
}
