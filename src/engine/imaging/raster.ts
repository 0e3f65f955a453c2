/** Pixels as 8-bit RGBA, not premultiplied, row by row from the top, without padding. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A rectangle of whole pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The bounding box of all pixels that are not fully transparent; null when there is none. */
export function contentBox({ width, height, data }: Raster): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++) {
    const first = firstOpaque(data, y * width, width)
    if (first === width) continue
    const last = lastOpaque(data, y * width, width)
    left = Math.min(left, first)
    right = Math.max(right, last)
    top = Math.min(top, y)
    bottom = y
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

function firstOpaque(data: Uint8Array, row: number, width: number): number {
  let x = 0
  while (x < width && data[(row + x) * 4 + 3] === 0) x++
  return x
}

function lastOpaque(data: Uint8Array, row: number, width: number): number {
  let x = width - 1
  while (x >= 0 && data[(row + x) * 4 + 3] === 0) x--
  return x
}
