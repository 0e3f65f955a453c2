import type { Raster } from './raster.ts'

/** Where the pixel shown at (x, y) lies in the stored picture of `width` x `height`, per EXIF orientation 1 to 8. */
const STORED_AT: readonly ((x: number, y: number, width: number, height: number) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y, width) => [width - 1 - x, y],
  (x, y, width, height) => [width - 1 - x, height - 1 - y],
  (x, y, _width, height) => [x, height - 1 - y],
  (x, y) => [y, x],
  (x, y, _width, height) => [y, height - 1 - x],
  (x, y, width, height) => [width - 1 - y, height - 1 - x],
  (x, y, width) => [width - 1 - y, x],
]

/** True when the orientation swaps width and height. */
export function isTurned(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8
}

/** The raster as it is meant to be seen. Done on the shrunk picture: turning the full one would hold all of it. */
export function orient(raster: Raster, orientation: number): Raster {
  const storedAt = STORED_AT[orientation - 1]
  if (storedAt === undefined || orientation === 1) return raster
  const [width, height] = isTurned(orientation) ? [raster.height, raster.width] : [raster.width, raster.height]
  const from = new Uint32Array(raster.data.buffer, raster.data.byteOffset, raster.width * raster.height)
  const to = new Uint32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [storedX, storedY] = storedAt(x, y, raster.width, raster.height)
      to[y * width + x] = from[storedY * raster.width + storedX] ?? 0
    }
  return { width, height, data: new Uint8Array(to.buffer) }
}
