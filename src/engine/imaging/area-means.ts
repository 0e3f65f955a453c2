import type { Luma } from './raster.ts'

interface Span {
  readonly from: number
  /** How much of each pixel from `from` on lies in the span, 0 to 1. */
  readonly shares: Float64Array
}

/** Means over a grid of equal cells, row by row; a pixel on a border counts for each side by its share. */
export function areaMeans({ width, height, data }: Luma, columns: number, rows: number): Float64Array {
  const across = spans(width, columns)
  const cellArea = (width / columns) * (height / rows)
  const means = new Float64Array(columns * rows)
  spans(height, rows).forEach(({ from, shares }, row) => {
    const strip = new Float64Array(width)
    for (let i = 0; i < shares.length; i++) {
      const start = (from + i) * width
      const share = shares[i] ?? 0
      for (let x = 0; x < width; x++) strip[x] = (strip[x] ?? 0) + (data[start + x] ?? 0) * share
    }
    across.forEach((span, column) => {
      let sum = 0
      for (let i = 0; i < span.shares.length; i++) sum += (strip[span.from + i] ?? 0) * (span.shares[i] ?? 0)
      means[row * columns + column] = sum / cellArea
    })
  })
  return means
}

function spans(size: number, parts: number): readonly Span[] {
  return Array.from({ length: parts }, (_, part) => {
    const [start, end] = [(part * size) / parts, ((part + 1) * size) / parts]
    const from = Math.floor(start)
    const shares = new Float64Array(Math.ceil(end) - from)
    for (let i = 0; i < shares.length; i++) shares[i] = Math.min(end, from + i + 1) - Math.max(start, from + i)
    return { from, shares }
  })
}
