import { WASM } from './pixels-wasm.ts'
import type { Box, Raster } from './raster.ts'

const PAGE_BYTES = 65_536
/** Pictures begin behind this, and this much room is left behind each: the kernels read a little past the end. */
const MARGIN = 64
/** What `visible` hands over at a time. */
const PIECE_BYTES = 256 * 1024
/** A Lanczos window has so many lobes on each side; its weights are taken so many at a time. */
const LOBES = 3
const TAP_GROUP = 16

/** What kernels/pixels.ts exports. Addresses are bytes. */
interface Exports {
  luma(rgba: number, count: number, ground: number, out: number): void
  content(rgba: number, width: number, height: number, out: number): void
  visible(rgba: number, width: number, columns: number, rows: number, out: number): void
  moments(bytes: number, width: number, columns: number, rows: number, out: number): void
  lanczosTaps(size: number, to: number, taps: number, stride: number, shares: number): void
  resample(bytes: number, width: number, height: number, to: number, taps: number, stride: number, out: number): void
  cellSums(bytes: number, width: number, height: number, side: number, sums: number, out: number): void
  chroma(
    rgba: number,
    width: number,
    height: number,
    left: number,
    top: number,
    across: number,
    down: number,
    side: number,
    samples: number,
    out: number,
  ): void
  ink(
    bytes: number,
    width: number,
    height: number,
    ground: number,
    noise: number,
    rows: number,
    columns: number,
    sums: number,
  ): void
  shrink(rgba: number, width: number, height: number, to: number, toHeight: number, sums: number, out: number): void
}

/** Loops over the pixels of one picture at a time, in memory that is used again for the next. */
export interface PixelKernels {
  /** Takes the picture in; all that follows is about it. */
  hold(raster: Raster): void
  /** Makes the luma over a grey ground (0 black, 255 white), as PIL's `convert('L')` has it. */
  luma(ground: number): void
  /** The luma resized as PIL's `resize(size, LANCZOS)` does, bit by bit. */
  resized(width: number, height: number): Uint8Array
  /** The bounding box of what is not fully transparent; null when all is. */
  content(): Box | null
  /** Hands over the pixels of a box, row by row and some rows at a time; those that are not to be seen are 0. A piece is only
   *  good until it returns. */
  visible(box: Box, take: (pixels: Uint8Array) => void): void
  /** Standard deviation of the luma within a box. */
  deviation(box: Box): number
  /** Means of the luma over a grid of `side` x `side` equal cells, row by row; a pixel on a border counts for each side by
   *  its share. */
  cellMeans(side: number): Float64Array
  /** The luma of the outermost pixels. */
  rim(): Uint8Array
  /** How much each row and each column of the luma differs from an even ground; what differs by `noise` or less does not
   *  count. */
  ink(ground: number, noise: number): { readonly rows: Uint32Array; readonly columns: Uint32Array }
  /** From now on the luma is only that of the box. */
  frame(box: Box): void
  /** The picture by area means within `side` pixels, colours weighted by their alpha; itself if it is no larger. The next is of
   *  what was shrunk last. */
  shrunk(side: number): Raster
  /** Sums of the blue and the red difference (Cb, Cr of JPEG), weighted by alpha, of `samples` x `samples` pixels in each of
   *  `side` x `side` equal cells of a part of it. */
  chromaSums(part: Box, side: number, samples: number): Float64Array
}

export function createPixelKernels(): PixelKernels {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(Buffer.from(WASM, 'base64'))
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  let held = { width: 0, height: 0, rgba: MARGIN, luma: MARGIN }
  /** Size of the luma. */
  let shown = { width: 0, height: 0 }
  /** What was shrunk last. */
  let small = { width: 0, height: 0, rgba: MARGIN }
  let end = MARGIN

  /** Room for so many bytes, behind what is there. */
  const room = (bytes: number): number => {
    const at = end
    end = align(at + bytes + MARGIN)
    const missing = end - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
    return at
  }
  /** Runs `work`; the room that it took is free afterwards. */
  const scratch = <T>(work: () => T): T => {
    const before = end
    const result = work()
    end = before
    return result
  }
  const put = (bytes: Uint8Array): number => {
    const at = room(bytes.length)
    new Uint8Array(memory.buffer, at).set(bytes)
    return at
  }
  /** Room for four bytes a column, and what the kernels write past the end. */
  const columnSums = (width: number): number => room((width + 15) * 4)
  const copy = (at: number, bytes: number): Uint8Array => new Uint8Array(memory.buffer, at, bytes).slice()

  const resample = (bytes: number, width: number, height: number, to: number): number => {
    const support = Math.min(width, 2 * LOBES * Math.max(1, width / to) + 2)
    const stride = Math.ceil(support / TAP_GROUP) * TAP_GROUP
    const taps = room(to * 4 + to * stride * 4)
    kernels.lanczosTaps(width, to, taps, stride, room(stride * 8))
    const out = room(to * height)
    kernels.resample(bytes, width, height, to, taps, stride, out)
    return out
  }

  return {
    hold({ width, height, data }) {
      end = MARGIN
      const rgba = put(data)
      held = { width, height, rgba, luma: room(width * height) }
    },
    luma(ground) {
      kernels.luma(held.rgba, held.width * held.height, ground, held.luma)
      shown = { width: held.width, height: held.height }
    },
    content: () =>
      scratch(() => {
        const out = room(16)
        kernels.content(held.rgba, held.width, held.height, out)
        const [left = 0, top = 0, right = 0, bottom = 0] = new Int32Array(memory.buffer, out, 4)
        return right === 0 ? null : { left, top, width: right - left, height: bottom - top }
      }),
    visible: ({ left, top, width, height }, take) =>
      scratch(() => {
        const rows = Math.max(1, Math.floor(PIECE_BYTES / (width * 4)))
        const out = room(rows * width * 4)
        for (let y = 0; y < height; y += rows) {
          const taken = Math.min(rows, height - y)
          kernels.visible(held.rgba + ((top + y) * held.width + left) * 4, held.width, width, taken, out)
          take(new Uint8Array(memory.buffer, out, taken * width * 4))
        }
      }),
    deviation: ({ left, top, width, height }) =>
      scratch(() => {
        const out = room(16)
        kernels.moments(held.luma + top * shown.width + left, shown.width, width, height, out)
        const [sum = 0, squares = 0] = new Float64Array(memory.buffer, out, 2)
        const count = width * height
        return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
      }),
    resized: (width, height) =>
      scratch(() => {
        const narrow = resample(held.luma, shown.width, shown.height, width)
        return copy(resample(narrow, shown.height, width, height), width * height)
      }),
    cellMeans: (side) =>
      scratch(() => {
        const out = room(side * side * 8)
        kernels.cellSums(held.luma, shown.width, shown.height, side, columnSums(shown.width), out)
        const sums = new Float64Array(memory.buffer, out, side * side)
        return sums.map((sum) => sum / (shown.width * shown.height))
      }),
    rim() {
      const { width, height } = shown
      const luma = new Uint8Array(memory.buffer, held.luma, width * height)
      const rim = new Uint8Array(2 * (width + height))
      rim.set(luma.subarray(0, width))
      rim.set(luma.subarray((height - 1) * width), width)
      for (let y = 0; y < height; y++) {
        rim[2 * (width + y)] = luma[y * width] ?? 0
        rim[2 * (width + y) + 1] = luma[(y + 1) * width - 1] ?? 0
      }
      return rim
    },
    ink: (ground, noise) =>
      scratch(() => {
        const { width, height } = shown
        const [rows, columns, sums] = [room(height * 4), room(width * 4), room(width * 2)]
        new Uint32Array(memory.buffer, columns, width).fill(0)
        new Uint16Array(memory.buffer, sums, width).fill(0)
        kernels.ink(held.luma, width, height, ground, noise, rows, columns, sums)
        return {
          rows: new Uint32Array(memory.buffer, rows, height).slice(),
          columns: new Uint32Array(memory.buffer, columns, width).slice(),
        }
      }),
    frame({ left, top, width, height }) {
      const luma = new Uint8Array(memory.buffer, held.luma)
      for (let y = 0; y < height; y++) {
        const from = (top + y) * shown.width + left
        luma.copyWithin(y * width, from, from + width)
      }
      shown = { width, height }
    },
    shrunk(side) {
      const scale = Math.min(1, side / Math.max(held.width, held.height))
      const width = Math.max(1, Math.round(held.width * scale))
      const height = Math.max(1, Math.round(held.height * scale))
      small = { width, height, rgba: scale === 1 ? held.rgba : room(width * height * 4) }
      if (scale < 1)
        scratch(() =>
          kernels.shrink(held.rgba, held.width, held.height, width, height, room(held.width * 16), small.rgba),
        )
      return { width, height, data: copy(small.rgba, width * height * 4) }
    },
    chromaSums: ({ left, top, width, height }, side, samples) =>
      scratch(() => {
        const out = room(side * side * 16)
        new Float64Array(memory.buffer, out, side * side * 2).fill(0)
        kernels.chroma(small.rgba, small.width, small.height, left, top, width, height, side, samples, out)
        return new Float64Array(memory.buffer, out, side * side * 2).slice()
      }),
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16
}
