import { type OpenSource, readPart } from './source.ts'

const SIGNATURE_BYTES = 8
/** Length and type before a chunk's content, its checksum behind. */
const HEAD_BYTES = 8
const FRAME_BYTES = 12
const PHYS_BYTES = 9
const PER_METRE = 1
const INCHES_A_METRE = 39.3701
/** A picture with more before its pixels says nothing of its resolution. */
const MAX_CHUNKS = 64

/** The dots per inch that a PNG states; undefined where it states none, or only the shape of its pixels. `start`: its first
 *  bytes. */
export async function pngDpi(source: OpenSource, start: Uint8Array): Promise<number | undefined> {
  const length = HEAD_BYTES + PHYS_BYTES
  let at = SIGNATURE_BYTES
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    const found = at + length <= start.length ? start.subarray(at, at + length) : await readPart(source, length, at)
    if (found.length < length) return undefined
    const chunk = Buffer.from(found.buffer, found.byteOffset, found.length)
    const type = chunk.toString('latin1', 4, HEAD_BYTES)
    if (type === 'IDAT') return undefined
    if (type === 'pHYs')
      return chunk[length - 1] === PER_METRE ? chunk.readUInt32BE(HEAD_BYTES) / INCHES_A_METRE : undefined
    at += FRAME_BYTES + chunk.readUInt32BE(0)
  }
  return undefined
}
