import type { Luma } from './raster.ts'

/** Fixed-point digits of PIL's 8-bit resampling: two bits of head-room for the negative lobes. */
const FIXED_ONE = 2 ** 22
const LOBES = 3

interface Taps {
  /** First source pixel of the weights. */
  readonly from: number
  readonly weights: Float64Array
}

/** Resizes as PIL's `resize(size, LANCZOS)` does on an `L` image, bit by bit where the source has whole values: rows
 *  first, then columns, each rounded to 8 bits from 22-bit fixed-point weights. */
export function resizeLanczos(source: Luma, width: number, height: number): Uint8Array {
  const narrow = source.width === width ? source.data : resizeRows(source, width)
  if (source.height === height) return Uint8Array.from(narrow)
  return resizeColumns(narrow, width, lanczosTaps(source.height, height))
}

function resizeRows({ width, height, data }: Luma, to: number): Uint8Array {
  const out = new Uint8Array(to * height)
  lanczosTaps(width, to).forEach(({ from, weights }, x) => {
    for (let y = 0; y < height; y++) {
      const start = y * width + from
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += (data[start + i] ?? 0) * (weights[i] ?? 0)
      out[y * to + x] = toByte(sum)
    }
  })
  return out
}

function resizeColumns(data: Uint8Array | Float64Array, width: number, rows: readonly Taps[]): Uint8Array {
  const out = new Uint8Array(width * rows.length)
  rows.forEach(({ from, weights }, y) => {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += (data[(from + i) * width + x] ?? 0) * (weights[i] ?? 0)
      out[y * width + x] = toByte(sum)
    }
  })
  return out
}

/** The weights of each target pixel: a Lanczos window of 3 lobes, stretched when shrinking, that sums to 1. */
function lanczosTaps(size: number, to: number): readonly Taps[] {
  const scale = size / to
  const stretch = Math.max(1, scale)
  const support = LOBES * stretch
  return Array.from({ length: to }, (_, target) => {
    const center = (target + 0.5) * scale
    const from = Math.max(0, Math.trunc(center - support + 0.5))
    const end = Math.min(size, Math.trunc(center + support + 0.5))
    const weights = new Float64Array(end - from)
    let total = 0
    for (let i = 0; i < weights.length; i++) {
      const weight = lanczos((from + i - center + 0.5) / stretch)
      weights[i] = weight
      total += weight
    }
    return { from, weights: weights.map((weight) => toFixed(weight / total)) }
  })
}

function lanczos(x: number): number {
  return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function toFixed(weight: number): number {
  return Math.trunc(weight * FIXED_ONE + (weight < 0 ? -0.5 : 0.5))
}

function toByte(sum: number): number {
  return Math.min(255, Math.max(0, Math.floor(sum / FIXED_ONE + 0.5)))
}
