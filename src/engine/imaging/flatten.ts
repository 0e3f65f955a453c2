import type { Raster } from './raster.ts'

/** The raster composited over a grey ground (0 black, 255 white); the result is opaque. */
export function flatten({ width, height, data }: Raster, ground: number): Raster {
  const flat = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0
    flat[i] = over(data[i] ?? 0, alpha, ground)
    flat[i + 1] = over(data[i + 1] ?? 0, alpha, ground)
    flat[i + 2] = over(data[i + 2] ?? 0, alpha, ground)
    flat[i + 3] = 255
  }
  return { width, height, data: flat }
}

function over(value: number, alpha: number, ground: number): number {
  return alpha === 255 ? value : Math.trunc((value * alpha + ground * (255 - alpha) + 127) / 255)
}
