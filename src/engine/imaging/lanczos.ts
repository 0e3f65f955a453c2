import type { Luma } from './raster.ts'

/** Fixed-point digits of PIL's 8-bit resampling: two bits of head-room for the negative lobes. */
const PRECISION = 22
const HALF = 1 << (PRECISION - 1)
const LOBES = 3

interface Taps {
  /** First source pixel of the weights. */
  readonly from: number
  readonly weights: Int32Array
}

/** Resizes as PIL's `resize(size, LANCZOS)` does on an `L` image, bit by bit: rows first, then columns,
 *  each rounded to 8 bits from 22-bit fixed-point weights. */
export function resizeLanczos(source: Luma, width: number, height: number): Uint8Array {
  const narrow = source.width === width ? source.data : resizeRows(source, width)
  if (source.height === height) return narrow
  return resizeColumns(narrow, width, lanczosTaps(source.height, height))
}

function resizeRows({ width, height, data }: Luma, to: number): Uint8Array {
  const out = new Uint8Array(to * height)
  lanczosTaps(width, to).forEach(({ from, weights }, x) => {
    for (let y = 0; y < height; y++) {
      const start = y * width + from
      let sum = HALF
      for (let i = 0; i < weights.length; i++) sum = (sum + Math.imul(data[start + i] ?? 0, weights[i] ?? 0)) | 0
      out[y * to + x] = toByte(sum)
    }
  })
  return out
}

function resizeColumns(data: Uint8Array, width: number, rows: readonly Taps[]): Uint8Array {
  const out = new Uint8Array(width * rows.length)
  rows.forEach(({ from, weights }, y) => {
    for (let x = 0; x < width; x++) {
      let sum = HALF
      for (let i = 0, at = from * width + x; i < weights.length; i++, at += width)
        sum = (sum + Math.imul(data[at] ?? 0, weights[i] ?? 0)) | 0
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
    const shares = new Float64Array(end - from)
    let total = 0
    for (let i = 0; i < shares.length; i++) {
      const share = lanczos((from + i - center + 0.5) / stretch)
      shares[i] = share
      total += share
    }
    const weights = new Int32Array(shares.length)
    for (let i = 0; i < shares.length; i++) weights[i] = toFixed((shares[i] ?? 0) / total)
    return { from, weights }
  })
}

function lanczos(x: number): number {
  return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function toFixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5))
}

function toByte(sum: number): number {
  return Math.min(255, Math.max(0, sum >> PRECISION))
}
