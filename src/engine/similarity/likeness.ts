import { LUMA_SIDE } from '../signature.ts'
import { WASM } from './likeness-wasm.ts'

/** How well two luma signatures agree. */
export interface Likeness {
  /** Pearson correlation, -1 to 1; 0 where one is of a single tone. */
  readonly correlation: number
  /** The correlation, less what differs in one place: an edit changes a picture all over or a little, another face on the
   *  same smiley changes little of it much. */
  readonly score: number
}

/** What may have been cut from the edges of one of them, as shares of its sides. */
const CROPS = [0.025, 0.05, 0.1]
/** Below that no crop is tried, and above it none is needed. */
const MIN_CORRELATION = 0.5
const SURE_CORRELATION = 0.97
/** Weight of the mean difference, in standard deviations, in the 2 x 2 cells in which it is greatest. Of weights from 0.03
 *  to 0.15 and squares of 2 to 6 cells this one found most edited clip-art at 20 to 60 false positives per million. */
const LOCAL_WEIGHT = 0.12

/** Below every score. */
const NONE = -2

/** The layout that kernels/likeness.ts describes: the rule, what it returns, room to work in, the slots. */
const RULE_BYTES = 32 + CROPS.length * (3 * 64 + LUMA_SIDE * 16)
const RESULT_AT = align(RULE_BYTES)
const SCRATCH_AT = RESULT_AT + 16
const SLOTS_AT = SCRATCH_AT + 1280
const SLOT_BYTES = 608 + (1 + CROPS.length) * 1168
const PAGE_BYTES = 65_536

interface Exports {
  put(slot: number): void
  likeness(a: number, b: number, floor: number, rule: number, scratch: number, out: number): void
}

/** Pictures to be compared with each other, each in a slot. */
export interface LikenessKernel {
  /** From now on this picture is in the slot: its luma, 576 bytes. */
  put(slot: number, luma: Uint8Array): void
  /** Of the two as they are, or with the edges of one cut off, whichever scores best. Symmetric. What is worked out of a
   *  picture is kept with it. Instead of a score that is less than `least` any lower one: sooner known. */
  compare(a: number, b: number, least?: number): Likeness
}

export function createLikenessKernel(slots: number): LikenessKernel {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((SLOTS_AT + slots * SLOT_BYTES) / PAGE_BYTES) })
  const module = new WebAssembly.Module(Buffer.from(WASM, 'base64'))
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(encodeRule())
  const result = new Float64Array(memory.buffer, RESULT_AT, 2)
  const at = (slot: number): number => SLOTS_AT + slot * SLOT_BYTES
  return {
    put(slot, luma) {
      bytes.set(luma, at(slot))
      kernel.put(at(slot))
    },
    compare(a, b, least = NONE) {
      kernel.likeness(at(a), at(b), least - 1e-9, 0, SCRATCH_AT, RESULT_AT)
      return { correlation: result[0] ?? 0, score: result[1] ?? 0 }
    },
  }
}

/** The numbers of the rule, then for each crop where its cells lie in the picture. */
function encodeRule(): Uint8Array {
  const view = new DataView(new ArrayBuffer(RULE_BYTES))
  for (const [i, value] of [MIN_CORRELATION, SURE_CORRELATION, LOCAL_WEIGHT].entries())
    view.setFloat64(i * 8, value, true)
  let at = 32
  for (const crop of CROPS) {
    const places = Array.from({ length: LUMA_SIDE }, (_, i) => (crop / 2) * LUMA_SIDE + (i + 0.5) * (1 - crop) - 0.5)
    for (let group = 0; group < LUMA_SIDE; group += 8, at += 64) {
      const first = Math.min(LUMA_SIDE - 16, Math.floor(places[group] ?? 0))
      view.setUint32(at, first, true)
      for (const [i, place] of places.slice(group, group + 8).entries()) {
        const from = Math.floor(place)
        view.setUint8(at + 16 + i, from - first)
        view.setUint8(at + 32 + i, from + 1 - first)
        view.setInt16(at + 48 + 2 * i, Math.round((place - from) * 128), true)
      }
    }
    for (const place of places) {
      const from = Math.floor(place)
      view.setUint32(at, from, true)
      view.setInt16(at + 4, Math.min(0x7fff, Math.round((place - from) * 0x8000)), true)
      at += 16
    }
  }
  return new Uint8Array(view.buffer)
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16
}
