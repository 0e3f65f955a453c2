import type { Gray } from './raster.ts'

/** Fixed-point digits of PIL's 8-bit resampling: two bits of head-room for the negative lobes. */
const PRECISION = 22
const LOBES = 3

interface Taps {
  /** First source pixel of the tap row. */
  readonly from: number
  readonly weights: Int32Array
}

/** Resizes as PIL's `resize(size, LANCZOS)` does on an `L` image, bit by bit: rows first, then columns, each rounded
 *  to 8 bits from 22-bit fixed-point weights. */
export function resizeLanczos(source: Gray, width: number, height: number): Gray {
  return resizeHeight(resizeWidth(source, width), height)
}

function resizeWidth({ width, height, data }: Gray, to: number): Gray {
  if (width === to) return { width, height, data }
  const out = new Uint8Array(to * height)
  const columns = lanczosTaps(width, to)
  for (let x = 0; x < to; x++) {
    const { from, weights } = columns[x] ?? NO_TAPS
    for (let y = 0; y < height; y++) {
      const row = y * width + from
      let sum = 1 << (PRECISION - 1)
      for (let i = 0; i < weights.length; i++) sum += (data[row + i] ?? 0) * (weights[i] ?? 0)
      out[y * to + x] = clip8(sum)
    }
  }
  return { width: to, height, data: out }
}

function resizeHeight({ width, height, data }: Gray, to: number): Gray {
  if (height === to) return { width, height, data }
  const out = new Uint8Array(width * to)
  const rows = lanczosTaps(height, to)
  for (let y = 0; y < to; y++) {
    const { from, weights } = rows[y] ?? NO_TAPS
    for (let x = 0; x < width; x++) {
      let sum = 1 << (PRECISION - 1)
      for (let i = 0; i < weights.length; i++) sum += (data[(from + i) * width + x] ?? 0) * (weights[i] ?? 0)
      out[y * width + x] = clip8(sum)
    }
  }
  return { width, height: to, data: out }
}

const NO_TAPS: Taps = { from: 0, weights: new Int32Array(0) }

/** The weights of each target pixel: a Lanczos window of 3 lobes, stretched when shrinking, that sums to 1. */
function lanczosTaps(size: number, to: number): readonly Taps[] {
  const scale = size / to
  const stretch = Math.max(1, scale)
  const support = LOBES * stretch
  return Array.from({ length: to }, (_, target) => {
    const center = (target + 0.5) * scale
    const from = Math.max(0, Math.trunc(center - support + 0.5))
    const end = Math.min(size, Math.trunc(center + support + 0.5))
    const raw = Array.from({ length: end - from }, (_, i) => lanczos((from + i - center + 0.5) / stretch))
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    return { from, weights: Int32Array.from(raw, (weight) => toFixed(weight / total)) }
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

function clip8(sum: number): number {
  return Math.min(255, Math.max(0, sum >> PRECISION))
}
