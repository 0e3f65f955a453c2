import type { PictureKind } from '../../shared/domain/detail.ts'
import type { OpenSource } from './source.ts'

const MAX_BYTES = 256e6
const START_OF_SCAN = 0xda
/** Start of a frame, by its process; of these C4, C8 and CC are something else. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
/** Baseline, extended, progressive, and the last two with arithmetic coding. */
const READ_FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca]

/** What a JPEG is besides one that can be read. */
export interface JpegCopy {
  /** The file without the stray bytes between its segments, which a decoder passes over and complains of; null where there
   *  are none. From the first scan on it is as it was: what is wrong there is wrong with the pixels. */
  readonly clean: Buffer | null
  /** Why it cannot be read; null where it can. */
  readonly unread: PictureKind | null
}

/** Reads a JPEG that could not be decoded up to its first scan. Null where there is none, or where it is too large. */
export async function copyJpeg({ handle, sizeBytes }: OpenSource): Promise<JpegCopy | null> {
  if (sizeBytes > MAX_BYTES) return null
  const { buffer: bytes, bytesRead } = await handle.read(Buffer.allocUnsafe(sizeBytes), 0, sizeBytes, 0)
  if (bytesRead !== sizeBytes) return null
  const kept: Buffer[] = [bytes.subarray(0, 2)]
  let [at, keptBytes, unread]: [number, number, PictureKind | null] = [2, 2, null]
  for (;;) {
    const segment = segmentAt(bytes, at)
    if (segment === null) return null
    const isScan = segment.marker === START_OF_SCAN
    if (isFrame(segment.marker)) unread = unreadFrame(segment.marker, bytes[segment.start + 4] ?? 0)
    const piece = bytes.subarray(segment.start, isScan ? sizeBytes : segment.end)
    kept.push(piece)
    keptBytes += piece.length
    if (isScan) return { clean: keptBytes === sizeBytes ? null : Buffer.concat(kept), unread }
    at = segment.end
  }
}

/** The next segment from `at` on, as decoders look for it: the first marker that is no filling. */
function segmentAt(bytes: Buffer, at: number) {
  for (let start = bytes.indexOf(0xff, at); start >= 0; start = bytes.indexOf(0xff, start + 1)) {
    const marker = bytes[start + 1] ?? 0xff
    if (marker === 0 || marker === 0xff) continue
    if (start + 4 > bytes.length) return null
    return { marker, start, end: start + 2 + bytes.readUInt16BE(start + 2) }
  }
  return null
}

function unreadFrame(marker: number, bits: number): PictureKind | null {
  if (!READ_FRAMES.includes(marker)) return { is: 'compression', name: 'JPEG (lossless or hierarchical)' }
  return bits === 8 ? null : { is: 'bits', bits }
}
