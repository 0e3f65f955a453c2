import type { Raster } from './raster.ts'

/** The raster composited over a grey ground (0 black, 255 white); the result is opaque. */
export function flatten({ width, height, data }: Raster, ground: number): Raster {
  const flat = data.slice()
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0
    if (alpha === 255) continue
    const behind = ground * (255 - alpha) + 127
    flat[i] = ((data[i] ?? 0) * alpha + behind) / 255
    flat[i + 1] = ((data[i + 1] ?? 0) * alpha + behind) / 255
    flat[i + 2] = ((data[i + 2] ?? 0) * alpha + behind) / 255
    flat[i + 3] = 255
  }
  return { width, height, data: flat }
}
