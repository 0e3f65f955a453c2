import type { Gray, Raster } from './raster.ts'

/** The raster composited over a grey ground (0 black, 255 white); the result is opaque. */
export function flatten({ width, height, data }: Raster, ground: number): Raster {
  const flat = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0
    const behind = ground * (255 - alpha) + 127
    flat[i] = ((data[i] ?? 0) * alpha + behind) / 255
    flat[i + 1] = ((data[i + 1] ?? 0) * alpha + behind) / 255
    flat[i + 2] = ((data[i + 2] ?? 0) * alpha + behind) / 255
    flat[i + 3] = 255
  }
  return { width, height, data: flat }
}

/** ITU-R 601 luma in 16-bit fixed point, as PIL's `convert('L')` has it; alpha is passed over. */
export function toLuma({ width, height, data }: Raster): Gray {
  const luma = new Uint8Array(width * height)
  for (let i = 0, j = 0; j < luma.length; i += 4, j++)
    luma[j] = ((data[i] ?? 0) * 19595 + (data[i + 1] ?? 0) * 38470 + (data[i + 2] ?? 0) * 7471 + 0x8000) >>> 16
  return { width, height, data: luma }
}

/** Standard deviation of the values. */
export function deviation(values: Uint8Array): number {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean))
}
