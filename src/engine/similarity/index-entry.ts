import { crc32 } from 'node:zlib'
import type { SignedDesign } from '../catalog/designs.ts'
import { averageHash, CHROMA_BYTES, LUMA_BYTES, type Signature, VIEWS } from '../signature.ts'

/** pHash and dHash of two views, their average hashes; the design's rowid, u64; CRC-32 of its detail, u32; zero, u32. */
export const ENTRY_BYTES = 64
/** Luma of two views, then their chroma. */
export const DETAIL_BYTES = VIEWS.length * (LUMA_BYTES + CHROMA_BYTES)
/** Entries read at a time: 256 KB. */
export const PIECE_ENTRIES = 4096

const AVERAGES_AT = 32
const AVERAGE_BYTES = 8
const ROWID_AT = 48
const CRC_AT = 56

/** By what a design is found. */
export function encodeEntry(design: SignedDesign): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  writeHashes(design, entry, 0)
  entry.writeBigUInt64LE(BigInt(design.rowid), ROWID_AT)
  entry.writeUInt32LE(crc32(encodeDetail(design)), CRC_AT)
  return entry
}

/** What is compared once it is found. */
export function encodeDetail({ luma, chroma }: Pick<Signature, 'luma' | 'chroma'>): Buffer {
  const views = luma.length === LUMA_BYTES ? [luma, luma, chroma, chroma] : [luma, chroma]
  return Buffer.concat(views, DETAIL_BYTES)
}

/** The part of an entry that says what the picture looks like. */
export function writeHashes(signature: Signature, to: Buffer, at: number): void {
  signature.hashes.copy(to, at)
  for (const view of VIEWS) averageHash(signature, view).copy(to, at + AVERAGES_AT + view * AVERAGE_BYTES)
}

/** Of the entry that begins at `at`. */
export function rowidAt(entries: Buffer, at: number): number {
  return entries.readUInt32LE(at + ROWID_AT) + entries.readUInt32LE(at + ROWID_AT + 4) * 2 ** 32
}

/** Is this the detail that belongs to the entry that begins at `at`? */
export function isDetailOf(entries: Buffer, at: number, detail: Buffer): boolean {
  return crc32(detail) === entries.readUInt32LE(at + CRC_AT)
}

/** A detail as what is compared. */
export function decodeDetail(detail: Buffer): Pick<Signature, 'luma' | 'chroma'> {
  const lumaBytes = VIEWS.length * LUMA_BYTES
  return { luma: detail.subarray(0, lumaBytes), chroma: detail.subarray(lumaBytes) }
}
