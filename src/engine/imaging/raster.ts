/** Pixels as 8-bit RGBA, not premultiplied, row by row from the top, without padding. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Pixels as one 8-bit channel. */
export interface Gray {
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

/** Copies a rectangle that lies within the raster. */
export function crop(raster: Raster, { left, top, width, height }: Box): Raster {
  if (width === raster.width && height === raster.height) return raster
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * 4
    data.set(raster.data.subarray(from, from + width * 4), y * width * 4)
  }
  return { width, height, data }
}
