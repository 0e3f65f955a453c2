import type { Blend } from '../shared/domain/mockup.ts'
import { WASM } from './mockups-wasm.ts'
import type { PlaceMap } from './surface.ts'

const PAGE_BYTES = 65_536
/** Pictures begin behind this, and this much room is left behind each: the kernels read a little past both ends. */
const MARGIN = 64
/** Side of the kernels' tiles. */
const TILE = 8
const BLEND_CODES: Readonly<Record<Blend, number>> = { normal: 0, multiply: 1, screen: 2 }

/** Pixels row by row from the top, without padding: RGBA, not premultiplied, or RGB. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A design on its way to a photo. */
export interface Layer {
  readonly map: PlaceMap
  /** For each pixel of the map's box, how much of the design is seen there. */
  readonly cover: Uint8Array
  /** For each pixel, how bright it is there: 128 leaves it as it is. */
  readonly shade: Uint8Array
  readonly blend: Blend
}

/** What kernels/mockups.ts exports. Addresses are bytes. */
interface Exports {
  premultiply(rgba: number, count: number): void
  tile(rgba: number, width: number, height: number, out: number): void
  warp(levels: number, count: number, map: number, width: number, height: number, out: number): void
  lay(
    photo: number,
    stride: number,
    layer: number,
    width: number,
    height: number,
    cover: number,
    shade: number,
    blend: number,
  ): void
}

/** Loops over the pixels of one mockup at a time, in memory that is used again for the next. */
export interface MockupKernels {
  /** Takes a design in, each picture of it half as large as the one before; all that follows is drawn with it. */
  hold(levels: readonly Pixels[]): void
  /** The design where a map says, as premultiplied RGBA of the map's box. */
  warped(map: PlaceMap): Uint8Array
  /** A photo, RGB, with the layers on it, one over the other. */
  drawn(photo: Pixels, layers: readonly Layer[]): Uint8Array
}

export function createMockupKernels(): MockupKernels {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(Buffer.from(WASM, 'base64'))
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  let end = MARGIN
  let held = { list: MARGIN, count: 0 }

  /** Room for so many bytes, behind what is there. */
  const room = (bytes: number): number => {
    const at = end
    end = Math.ceil((at + bytes + MARGIN) / 16) * 16
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
  const put = ({ buffer, byteOffset, byteLength }: ArrayBufferView): number => {
    const at = room(byteLength)
    new Uint8Array(memory.buffer, at).set(new Uint8Array(buffer, byteOffset, byteLength))
    return at
  }
  const copy = (at: number, bytes: number): Uint8Array => new Uint8Array(memory.buffer, at, bytes).slice()

  const warp = ({ box, uv }: PlaceMap): number => {
    const out = room(box.width * box.height * 4)
    scratch(() => kernels.warp(held.list, held.count, put(uv), box.width, box.height, out))
    return out
  }

  const lay = (photo: number, stride: number, { map, cover, shade, blend }: Layer): void => {
    const { left, top, width, height } = map.box
    const at = photo + top * stride + left * 3
    kernels.lay(at, stride, warp(map), width, height, put(cover), put(shade), BLEND_CODES[blend])
  }

  return {
    hold(levels) {
      end = MARGIN
      const list = levels.flatMap(({ width, height, data }) => {
        const at = put(data)
        kernels.premultiply(at, width * height)
        const tiles = room(Math.ceil(width / TILE) * Math.ceil(height / TILE) * 4)
        kernels.tile(at, width, height, tiles)
        return [at, tiles, width, height]
      })
      held = { list: put(new Int32Array(list)), count: levels.length }
    },
    warped: (map) => scratch(() => copy(warp(map), map.box.width * map.box.height * 4)),
    drawn: ({ width, data }, layers) =>
      scratch(() => {
        const photo = put(data)
        for (const layer of layers) scratch(() => lay(photo, width * 3, layer))
        return copy(photo, data.length)
      }),
  }
}
