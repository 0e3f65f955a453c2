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

/** Gives the memory of the pixels back at once: they cannot be read any more. Left to V8, it collects its whole heap for
 *  them every few pictures. */
export function release({ data: { buffer, byteLength } }: Raster): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
