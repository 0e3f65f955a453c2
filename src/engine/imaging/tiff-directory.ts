import type { OpenSource } from './source.ts'

/** One entry of a TIFF's directory. */
export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly sizeBytes: number
  /** Where its values are in the file: in the entry itself where they fit in. */
  readonly at: number
}

/** What a TIFF says of one of its pages. */
export interface TiffDirectory {
  readonly isBigEndian: boolean
  readonly isBigTiff: boolean
  readonly entries: ReadonlyMap<number, TiffEntry>
  /** Where the next page's directory is; 0 after the last. */
  readonly next: number
}

type Source = Pick<OpenSource, 'handle' | 'sizeBytes'>

/** Bytes of a value by its type; 1 byte, 2 ASCII, 3 short, 4 long, 5 rational, then signed ones, and those of BigTIFF. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
const MAX_ENTRIES = 4096
const MAX_PAGES = 1000
/** A million strips. */
const MAX_NUMBERS_BYTES = 8e6
const RATIONAL = 5

/** The first page's directory; null where the file has none that can be read. */
export async function readTiffDirectory(source: Source): Promise<TiffDirectory | null> {
  const start = await readAt(source, 0, 16)
  const isBigEndian = start?.toString('latin1', 0, 2) === 'MM'
  if (start === null) return null
  const isBigTiff = readUint(start, 2, 2, isBigEndian) === 43
  const at = readUint(start, isBigTiff ? 8 : 4, isBigTiff ? 8 : 4, isBigEndian)
  return readDirectory(source, at, { isBigEndian, isBigTiff })
}

/** How many pages follow one another, this one and what comes after it. */
export async function countPages(source: Source, first: TiffDirectory): Promise<number> {
  const found = new Set<number>()
  let { next } = first
  // A chain may lead back into itself.
  while (next !== 0 && !found.has(next) && found.size < MAX_PAGES) {
    const directory = await readDirectory(source, next, first)
    if (directory === null) break
    found.add(next)
    next = directory.next
  }
  return 1 + found.size
}

/** The whole numbers of an entry, of rationals their quotients; none where there is no such entry. Throws a
 *  RangeError for an entry that leads out of the file, or has more than a picture needs. */
export async function readNumbers(source: Source, directory: TiffDirectory, tag: number): Promise<readonly number[]> {
  const entry = directory.entries.get(tag)
  if (entry === undefined) return []
  if (entry.sizeBytes > MAX_NUMBERS_BYTES) throw new RangeError('it has more numbers than a picture can have parts')
  const bytes = await readEntry(source, entry)
  const size = TYPE_BYTES[entry.type] ?? 1
  const word = entry.type === RATIONAL ? 4 : size
  const words = Array.from({ length: Math.floor(bytes.length / word) }, (_, i) =>
    readUint(bytes, i * word, word, directory.isBigEndian),
  )
  if (entry.type !== RATIONAL) return words
  return words.flatMap((value, i) => (i % 2 === 0 ? [value / (words[i + 1] ?? 0)] : []))
}

/** The bytes of an entry as they are. Throws when they are not all there. */
export async function readEntry(
  source: Source,
  { at, sizeBytes }: Pick<TiffEntry, 'at' | 'sizeBytes'>,
): Promise<Buffer> {
  const bytes = await readAt(source, at, sizeBytes)
  if (bytes === null) throw new RangeError('it leads out of the file')
  return bytes
}

async function readDirectory(
  source: Source,
  at: number,
  { isBigEndian, isBigTiff }: Pick<TiffDirectory, 'isBigEndian' | 'isBigTiff'>,
): Promise<TiffDirectory | null> {
  const [countBytes, entryBytes, wordBytes] = isBigTiff ? [8, 20, 8] : [2, 12, 4]
  const counted = at === 0 ? null : await readAt(source, at, countBytes)
  const count = counted === null ? 0 : readUint(counted, 0, countBytes, isBigEndian)
  if (count === 0 || count > MAX_ENTRIES) return null
  const bytes = await readAt(source, at + countBytes, count * entryBytes + wordBytes)
  if (bytes === null) return null
  const entries = new Map<number, TiffEntry>()
  for (let i = 0; i < count; i++) {
    const from = i * entryBytes
    const tag = readUint(bytes, from, 2, isBigEndian)
    const type = readUint(bytes, from + 2, 2, isBigEndian)
    const values = readUint(bytes, from + 4, wordBytes, isBigEndian)
    const sizeBytes = values * (TYPE_BYTES[type] ?? 0)
    const field = from + 4 + wordBytes
    const inside = at + countBytes + field
    const to = sizeBytes <= wordBytes ? inside : readUint(bytes, field, wordBytes, isBigEndian)
    // The first of two with one tag counts, as for libtiff.
    if (!entries.has(tag)) entries.set(tag, { tag, type, count: values, sizeBytes, at: to })
  }
  return { isBigEndian, isBigTiff, entries, next: readUint(bytes, count * entryBytes, wordBytes, isBigEndian) }
}

/** Null when so much is not there. */
async function readAt({ handle, sizeBytes }: Source, at: number, length: number): Promise<Buffer | null> {
  if (at + length > sizeBytes) return null
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at)
  return bytesRead === length ? buffer : null
}

function readUint(bytes: Buffer, at: number, size: number, isBigEndian: boolean): number {
  if (size === 8) return Number(isBigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at))
  return isBigEndian ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size)
}
