import { readSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { HashRow } from '../catalog/designs.ts'

/** The four hashes of a signature, and the design's rowid as a little-endian 64-bit integer. */
export const ENTRY_BYTES = 40
const ROWID_BYTES = 8
const HEADER_BYTES = 40
const FORMAT = 'GALLEY02'
/** Entries read at a time: 256 KB. */
export const PIECE_ENTRIES = 6_552

/** Packed hashes of designs in ascending order of rowid. Derived: what cannot be read is made anew from the catalog.
 *  Layout: format, 8 bytes; count and last rowid, u64; CRC-32 of the entries, u32; zero, u32; CRC-32 of all that, u64;
 *  then the entries. Appended to behind the last one, the header after the entries: cut at any byte it is either as it
 *  was, or found out. */
export interface IndexFile {
  readonly count: number
  /** Of the last entry; 0 without one. */
  readonly lastRowid: number
  append(entries: Buffer): Promise<void>
  /** Reads whole entries from `first` on into `piece`, as many as fit or there are; returns how many. Blocks: 256 KB are
   *  there sooner than another thread. */
  read(first: number, piece: Uint8Array): number
  /** Does what lies on the disk agree with its checksums, and with what was written? */
  isWhole(): Promise<boolean>
  /** As if it were new. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Opens the file, or makes it; one that does not agree with its own checksums counts as empty. Only one process
 *  writes. */
export async function openIndexFile(path: string): Promise<IndexFile> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await open(path, 'a+').then(async (created) => {
    await created.close()
    return open(path, 'r+')
  })
  let header = (await readHeader(handle)) ?? EMPTY

  const read: IndexFile['read'] = (first, piece) => {
    const entries = Math.min(header.count - first, Math.floor(piece.length / ENTRY_BYTES))
    const bytesRead = readSync(handle.fd, piece, 0, entries * ENTRY_BYTES, HEADER_BYTES + first * ENTRY_BYTES)
    return bytesRead === entries * ENTRY_BYTES ? entries : 0
  }
  const write = async (next: Header): Promise<void> => {
    await handle.write(encode(next), 0, HEADER_BYTES, 0)
    header = next
  }

  if ((await checksum(header.count, read)) !== header.crc) header = EMPTY
  return {
    get count() {
      return header.count
    },
    get lastRowid() {
      return header.lastRowid
    },
    async append(entries) {
      const added = entries.length / ENTRY_BYTES
      if (added === 0) return
      await handle.write(entries, 0, entries.length, HEADER_BYTES + header.count * ENTRY_BYTES)
      await write({
        count: header.count + added,
        lastRowid: Number(entries.readBigUInt64LE(entries.length - ROWID_BYTES)),
        crc: crc32(entries, header.crc),
      })
    },
    read,
    isWhole: async () => {
      const onDisk = await readHeader(handle)
      if (onDisk === null) return (await handle.stat()).size === 0
      return encode(onDisk).equals(encode(header)) && (await checksum(header.count, read)) === header.crc
    },
    clear: async () => {
      await write(EMPTY)
      await handle.truncate(HEADER_BYTES)
    },
    close: () => handle.close(),
  }
}

export function encodeEntry({ rowid, hashes }: HashRow): Buffer {
  const entry = Buffer.allocUnsafe(ENTRY_BYTES)
  hashes.copy(entry)
  entry.writeBigUInt64LE(BigInt(rowid), ENTRY_BYTES - ROWID_BYTES)
  return entry
}

export function hashesAt(entries: Uint8Array, entry: number): Buffer {
  return Buffer.from(entries.buffer, entries.byteOffset + entry * ENTRY_BYTES, ENTRY_BYTES - ROWID_BYTES)
}

export function rowidOf(entries: Uint8Array, entry: number): number {
  const at = (entry + 1) * ENTRY_BYTES - ROWID_BYTES
  return Number(new DataView(entries.buffer, entries.byteOffset).getBigUint64(at, true))
}

interface Header {
  readonly count: number
  readonly lastRowid: number
  readonly crc: number
}

const EMPTY: Header = { count: 0, lastRowid: 0, crc: 0 }

async function checksum(count: number, read: IndexFile['read']): Promise<number | null> {
  const piece = Buffer.allocUnsafe(PIECE_ENTRIES * ENTRY_BYTES)
  let crc = 0
  for (let at = 0; at < count; ) {
    const entries = read(at, piece)
    if (entries === 0) return null
    await new Promise(setImmediate)
    crc = crc32(piece.subarray(0, entries * ENTRY_BYTES), crc)
    at += entries
  }
  return crc
}

/** Null when it is none of ours, or torn. */
async function readHeader(handle: FileHandle): Promise<Header | null> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
  const [count, lastRowid] = [buffer.readBigUInt64LE(8), buffer.readBigUInt64LE(16)]
  if (bytesRead < HEADER_BYTES || Math.max(Number(count), Number(lastRowid)) > Number.MAX_SAFE_INTEGER) return null
  const header = { count: Number(count), lastRowid: Number(lastRowid), crc: buffer.readUInt32LE(24) }
  return encode(header).equals(buffer) ? header : null
}

function encode({ count, lastRowid, crc }: Header): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.write(FORMAT, 'latin1')
  bytes.writeBigUInt64LE(BigInt(count), 8)
  bytes.writeBigUInt64LE(BigInt(lastRowid), 16)
  bytes.writeUInt32LE(crc, 24)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32)
  return bytes
}
