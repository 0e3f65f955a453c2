import type { OpenSource } from './source.ts'
import { readEntry, readNumbers, type TiffDirectory, type TiffEntry } from './tiff-directory.ts'

/** What pixels are read by: size, colours, compression, orientation, resolution, colour profile. All else, the layers of
 *  Photoshop above all, says nothing of them. */
const KEPT = [
  256, 257, 258, 259, 262, 266, 274, 277, 278, 282, 283, 284, 292, 293, 296, 317, 320, 322, 323, 338, 339, 347, 530,
  531, 532, 34675,
]
const STRIPS = { offsets: 273, counts: 279 }
const TILES = { offsets: 324, counts: 325 }
const EXTRA_SAMPLES = 338
/** Compressed pixels that are held in memory for it. */
const MAX_BYTES = 256e6

/** How many bytes of the file only say what pixels are not read by. */
export function spareBytes({ entries }: TiffDirectory): number {
  const spare = [...entries.values()].filter(({ tag }) => !KEPT.includes(tag) && !isBlocks(tag))
  return spare.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** The first page alone, in memory, with those tags that pixels are read by: libtiff reads all of them, several times, and
 *  some odd ones it does not forgive. `extra`: what the channels beside the colours are, where the file does not say. Null
 *  where it is too large for that. Throws for what leads out of the file. */
export async function copyTiff(
  source: OpenSource,
  directory: TiffDirectory,
  extra: readonly number[],
): Promise<Buffer | null> {
  const { entries, isBigTiff } = directory
  const tags = entries.has(TILES.offsets) ? TILES : STRIPS
  const offsets = await readNumbers(source, directory, tags.offsets)
  const counts = await readNumbers(source, directory, tags.counts)
  if (offsets.length === 0 || offsets.length !== counts.length) return null
  const start = isBigTiff ? 16 : 8
  const pixelBytes = counts.reduce((sum, count) => sum + count, 0)
  if (offsets.some((at, i) => at + (counts[i] ?? 0) > source.sizeBytes))
    throw new RangeError('it leads out of the file')
  if (pixelBytes > MAX_BYTES) return null

  const encode = encoder(directory)
  const kept = [...entries.values()].filter(({ tag }) => KEPT.includes(tag))
  const values: Value[] = []
  for (const entry of kept) values.push({ ...entry, bytes: await readEntry(source, entry) })
  if (!entries.has(EXTRA_SAMPLES) && extra.length > 0)
    values.push({ tag: EXTRA_SAMPLES, type: 3, count: extra.length, bytes: encode(extra, 2) })
  let end = start
  const places = counts.map((count) => {
    end += count
    return end - count
  })
  values.push({ tag: tags.offsets, type: 4, count: places.length, bytes: encode(places, 4) })
  values.push({ tag: tags.counts, type: 4, count: counts.length, bytes: encode(counts, 4) })

  const last = written(values, end, directory)
  const copy = Buffer.allocUnsafe(end + last.length)
  headerOf(end, directory).copy(copy)
  for (const [i, at] of offsets.entries()) await readInto(source, copy, places[i] ?? 0, at, counts[i] ?? 0)
  last.copy(copy, end)
  return copy
}

interface Value extends Pick<TiffEntry, 'tag' | 'type' | 'count'> {
  readonly bytes: Buffer
}

type Order = Pick<TiffDirectory, 'isBigEndian' | 'isBigTiff'>

function headerOf(directoryAt: number, order: Order): Buffer {
  const encode = encoder(order)
  const start = Buffer.from(order.isBigEndian ? 'MM' : 'II')
  if (!order.isBigTiff) return Buffer.concat([start, encode([42], 2), encode([directoryAt], 4)])
  return Buffer.concat([start, encode([43, 8, 0], 2), encode([directoryAt], 8)])
}

/** A directory that lies at `at`, and after it the values that do not fit in. */
function written(values: readonly Value[], at: number, order: Order): Buffer {
  const encode = encoder(order)
  const word = order.isBigTiff ? 8 : 4
  const sorted = [...values].sort((a, b) => a.tag - b.tag)
  const head = encode([sorted.length], order.isBigTiff ? 8 : 2)
  const outside: Buffer[] = []
  let end = at + head.length + sorted.length * (4 + 2 * word) + word
  const rows = sorted.map(({ tag, type, count, bytes }) => {
    const start = [encode([tag, type], 2), encode([count], word)]
    if (bytes.length <= word) return Buffer.concat([...start, bytes, Buffer.alloc(word - bytes.length)])
    outside.push(bytes)
    const row = Buffer.concat([...start, encode([end], word)])
    end += bytes.length
    return row
  })
  return Buffer.concat([head, ...rows, Buffer.alloc(word), ...outside])
}

function encoder({ isBigEndian }: Pick<Order, 'isBigEndian'>) {
  return (values: readonly number[], size: number): Buffer => {
    const bytes = Buffer.alloc(values.length * size)
    for (const [i, value] of values.entries()) {
      if (size === 8)
        isBigEndian ? bytes.writeBigUInt64BE(BigInt(value), i * 8) : bytes.writeBigUInt64LE(BigInt(value), i * 8)
      else if (isBigEndian) bytes.writeUIntBE(value, i * size, size)
      else bytes.writeUIntLE(value, i * size, size)
    }
    return bytes
  }
}

function isBlocks(tag: number): boolean {
  return [STRIPS, TILES].some(({ offsets, counts }) => tag === offsets || tag === counts)
}

async function readInto({ handle }: OpenSource, to: Buffer, at: number, from: number, length: number): Promise<void> {
  const { bytesRead } = await handle.read(to, at, length, from)
  if (bytesRead !== length) throw new RangeError('it leads out of the file')
}
