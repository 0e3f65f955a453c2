import type { Gray } from './raster.ts'

interface Span {
  readonly from: number
  /** How much of each pixel from `from` on lies in the span, 0 to 1. */
  readonly shares: readonly number[]
}

/** Means over a grid of equal cells, row by row; a pixel on a border counts for each side by its share. */
export function areaMeans({ width, height, data }: Gray, columns: number, rows: number): Float64Array {
  const across = spans(width, columns)
  const down = spans(height, rows)
  const cellArea = (width / columns) * (height / rows)
  const strip = new Float64Array(columns)
  const means = new Float64Array(columns * rows)
  down.forEach(({ from, shares }, row) => {
    shares.forEach((share, i) => {
      const start = (from + i) * width
      sumRow(data, start, across, strip)
      for (let column = 0; column < columns; column++) {
        const cell = row * columns + column
        means[cell] = (means[cell] ?? 0) + (strip[column] ?? 0) * share
      }
    })
  })
  return means.map((sum) => sum / cellArea)
}

function sumRow(data: Uint8Array, start: number, across: readonly Span[], sums: Float64Array): void {
  across.forEach(({ from, shares }, column) => {
    let sum = 0
    for (let i = 0; i < shares.length; i++) sum += (data[start + from + i] ?? 0) * (shares[i] ?? 0)
    sums[column] = sum
  })
}

function spans(size: number, parts: number): readonly Span[] {
  return Array.from({ length: parts }, (_, part) => {
    const [start, end] = [(part * size) / parts, ((part + 1) * size) / parts]
    const from = Math.floor(start)
    const length = Math.ceil(end) - from
    const shares = Array.from({ length }, (_, i) => Math.min(end, from + i + 1) - Math.max(start, from + i))
    return { from, shares }
  })
}
