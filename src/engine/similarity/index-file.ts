import { readSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { SignedDesign } from '../catalog/designs.ts'
import { writeAll } from '../write-all.ts'
import {
  DETAIL_BYTES,
  ENTRY_BYTES,
  encodeDetail,
  encodeEntry,
  isDetailOf,
  PIECE_ENTRIES,
  rowidAt,
} from './index-entry.ts'

const HEADER_BYTES = 40
const FORMAT = 'GALLEY03'

/** Entries and details of designs in ascending order of rowid. Derived: what cannot be read is made anew from the catalog.
 *  Two files: details, one after another, and beside them format, 8 bytes; count and last rowid, u64; CRC-32 of the entries,
 *  u32; zero, u32; CRC-32 of all that, u64; then the entries, each with the CRC-32 of its detail. Appended to behind the
 *  last one, the header after all: cut at any byte they are either as they were, or found out. */
export interface IndexFile {
  readonly count: number
  /** Of the last entry; 0 without one. */
  readonly lastRowid: number
  append(designs: readonly SignedDesign[]): Promise<void>
  /** Reads whole entries from `first` on into `piece`, as many as fit or there are; returns how many. Blocks: 256 KB are
   *  there sooner than another thread. */
  read(first: number, piece: Uint8Array): number
  /** Reads the detail of an entry into `detail`; false when it is not all there. Blocks, as shortly. */
  readDetail(entry: number, detail: Uint8Array): boolean
  /** Does what lies on the disk agree with its checksums, and with what was written? */
  isWhole(): Promise<boolean>
  /** As if it were new. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Opens the files, or makes them; entries that do not agree with their checksum count as none. Whether a detail does is
 *  for who reads it: that is all of them. Only one process writes. */
export async function openIndexFile(path: string): Promise<IndexFile> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await openOrMake(path)
  const details = await openOrMake(`${path}.details`)
  let header = (await readHeader(handle)) ?? EMPTY

  const read: IndexFile['read'] = (first, piece) => {
    const entries = Math.min(header.count - first, Math.floor(piece.length / ENTRY_BYTES))
    const bytesRead = readSync(handle.fd, piece, 0, entries * ENTRY_BYTES, HEADER_BYTES + first * ENTRY_BYTES)
    return bytesRead === entries * ENTRY_BYTES ? entries : 0
  }
  const readDetail: IndexFile['readDetail'] = (entry, detail) =>
    readSync(details.fd, detail, 0, DETAIL_BYTES, entry * DETAIL_BYTES) === DETAIL_BYTES
  const write = async (next: Header): Promise<void> => {
    await writeAll(handle, encode(next), 0)
    header = next
  }
  const areDetailsWhole = async (): Promise<boolean> => {
    const detail = Buffer.allocUnsafe(DETAIL_BYTES)
    let entry = 0
    for (const piece of piecesOf({ count: header.count, read })) {
      for (let at = 0; at < piece.length; at += ENTRY_BYTES, entry++)
        if (!readDetail(entry, detail) || !isDetailOf(piece, at, detail)) return false
      await new Promise(setImmediate)
    }
    return entry === header.count
  }

  if ((await checksum({ count: header.count, read })) !== header.crc) header = EMPTY
  return {
    get count() {
      return header.count
    },
    get lastRowid() {
      return header.lastRowid
    },
    async append(designs) {
      if (designs.length === 0) return
      const added = Buffer.concat(designs.map(encodeDetail))
      await writeAll(details, added, header.count * DETAIL_BYTES)
      const entries = Buffer.concat(designs.map(encodeEntry))
      await writeAll(handle, entries, HEADER_BYTES + header.count * ENTRY_BYTES)
      await write({
        count: header.count + designs.length,
        lastRowid: rowidAt(entries, entries.length - ENTRY_BYTES),
        crc: crc32(entries, header.crc),
      })
    },
    read,
    readDetail,
    isWhole: async () => {
      const onDisk = await readHeader(handle)
      if (onDisk === null) return (await handle.stat()).size === 0
      if (!encode(onDisk).equals(encode(header))) return false
      return (await checksum({ count: header.count, read })) === header.crc && (await areDetailsWhole())
    },
    clear: async () => {
      await write(EMPTY)
      await handle.truncate(HEADER_BYTES)
      await details.truncate(0)
    },
    close: async () => {
      await handle.close()
      await details.close()
    },
  }
}

async function openOrMake(path: string): Promise<FileHandle> {
  const created = await open(path, 'a+')
  await created.close()
  return open(path, 'r+')
}

interface Header {
  readonly count: number
  readonly lastRowid: number
  readonly crc: number
}

const EMPTY: Header = { count: 0, lastRowid: 0, crc: 0 }

/** Null when not all of them can be read. */
async function checksum(file: Pick<IndexFile, 'count' | 'read'>): Promise<number | null> {
  let [crc, bytes] = [0, 0]
  for (const piece of piecesOf(file)) {
    await new Promise(setImmediate)
    crc = crc32(piece, crc)
    bytes += piece.length
  }
  return bytes === file.count * ENTRY_BYTES ? crc : null
}

/** All entries, in pieces that are good until the next; ends early where one cannot be read. */
export function* piecesOf({ count, read }: Pick<IndexFile, 'count' | 'read'>): Generator<Buffer, void, void> {
  const piece = Buffer.allocUnsafe(PIECE_ENTRIES * ENTRY_BYTES)
  for (let at = 0; at < count; ) {
    const entries = read(at, piece)
    if (entries === 0) return
    yield piece.subarray(0, entries * ENTRY_BYTES)
    at += entries
  }
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
