import type { Luma, Raster } from './raster.ts'

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

/** ITU-R 601 luma of the raster over a grey ground, in 16-bit fixed point, as PIL's `convert('L')` has it. */
export function lumaOver({ width, height, data }: Raster, ground: number): Luma {
  const luma = new Uint8Array(width * height)
  for (let i = 0, j = 0; j < luma.length; i += 4, j++) {
    const alpha = data[i + 3] ?? 0
    if (alpha === 0) {
      luma[j] = ground
      continue
    }
    const red = over(data[i] ?? 0, alpha, ground)
    const green = over(data[i + 1] ?? 0, alpha, ground)
    const blue = over(data[i + 2] ?? 0, alpha, ground)
    luma[j] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >>> 16
  }
  return { width, height, data: luma }
}

function over(value: number, alpha: number, ground: number): number {
  return alpha === 255 ? value : Math.trunc((value * alpha + ground * (255 - alpha) + 127) / 255)
}

/** Standard deviation of the values. */
export function deviation(values: Uint8Array): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean))
}
