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
