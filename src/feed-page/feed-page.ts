import { z } from 'zod'
import { type DesignRecord, type FeedResponse, feedResponseSchema } from '../shared/api/records.ts'
import { packRecord, unpackRecord } from './packed-record.ts'

/** Asked for by `Accept`: a page of designs as bytes. It is a little more than half of what it is as JSON, and its records
 *  are kept as they come. */
export const PACKED_PAGE = 'application/vnd.galley.designs-2'

/** A page of designs, each as it is kept, too. */
export interface FeedPage extends FeedResponse {
  readonly packed: readonly Buffer[]
}

const headSchema = feedResponseSchema.omit({ entries: true }).extend({ revs: z.array(z.number().int()) })
const LENGTH_BYTES = 4

/** The page as bytes: all but its records as JSON, then each record packed; before each of them its length, u32. */
export function encodePage({ entries, ...page }: FeedResponse): Buffer {
  const head = { ...page, revs: entries.map(({ rev }) => rev) }
  const parts = [Buffer.from(JSON.stringify(head)), ...entries.map(({ rev: _, ...record }) => packRecord(record))]
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]))
}

/** Null when the bytes are no page. */
export function decodePage(bytes: Buffer): FeedPage | null {
  try {
    const [head, ...packed] = partsOf(bytes)
    const { revs, ...page } = headSchema.parse(JSON.parse(String(head)))
    if (revs.length !== packed.length) return null
    const entries = packed.map((record, position) => ({ ...unpackRecord(record), rev: revs[position] ?? 0 }))
    return { ...page, entries, packed }
  } catch {
    return null
  }
}

/** A page that came as JSON. */
export function packPage(page: FeedResponse): FeedPage {
  return {
    ...page,
    packed: page.entries.map(({ rev: _, ...record }: DesignRecord & { rev: number }) => packRecord(record)),
  }
}

function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32LE(length)
  return bytes
}

function* partsOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES
    at = from + bytes.readUInt32LE(at)
    if (at > bytes.length) throw new Error('cut short')
    yield bytes.subarray(from, at)
  }
}
