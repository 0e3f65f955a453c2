/** Pixels as 8-bit RGBA, not premultiplied, row by row from the top, without padding. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export type Size = Pick<Raster, 'width' | 'height'>

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

/** The box of pixels of `to` that surely holds what `box` shows of `from`, another size of the same picture, and `margin`
 *  pixels of that around it. */
export function scaled(box: Box, from: Size, to: Size, margin = 0): Box {
  const [scaleX, scaleY] = [to.width / from.width, to.height / from.height]
  const left = Math.max(0, Math.floor((box.left - margin) * scaleX))
  const top = Math.max(0, Math.floor((box.top - margin) * scaleY))
  const right = Math.min(to.width, Math.ceil((box.left + box.width + margin) * scaleX))
  const bottom = Math.min(to.height, Math.ceil((box.top + box.height + margin) * scaleY))
  return { left, top, width: right - left, height: bottom - top }
}
