import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { RecordClient } from '../../src/engine/records/client.ts'
import { type FeedResponse, MAX_FEED_LIMIT } from '../../src/shared/api/records.ts'
import { digest } from '../support/differences.ts'
import type { CatalogReader } from './read-catalog.ts'

export type RecordEntry = FeedResponse['entries'][number]

const EVERY_MS = 60

/** A colleague who reads the hash feed all the time. */
export interface RecordWatch extends AsyncDisposable {
  /** Settles with all records, after the last look. */
  stop(): Promise<readonly RecordEntry[]>
}

export interface RecordWatchOptions {
  readonly client: RecordClient
  readonly catalog: CatalogReader
  /** Where a path of the NAS is on this computer. */
  readonly localPath: (remotePath: string) => string
  readonly onViolation: (line: string) => void
}

/** Polls catalog and feed: what is done has its record already, and what has a record is on the NAS already (I4). */
export function watchRecords({ client, catalog, localPath, onViolation }: RecordWatchOptions): RecordWatch {
  const records = new Map<string, RecordEntry>()
  const reported = new Set<string>()
  let cursor = 0
  let stopped = false

  const look = async (): Promise<void> => {
    // First what is said to be done, then the records: what is missing then was not confirmed when it was said.
    const done = catalog.doneIds().filter((id) => !records.has(id) && !reported.has(id))
    for (let more = true; more; ) {
      const feed = await client.hashFeed(cursor, MAX_FEED_LIMIT, AbortSignal.timeout(10_000))
      // It was killed, and is being started again.
      if (!feed.ok) return
      for (const entry of feed.value.entries) await add(entry)
      cursor = feed.value.cursor
      more = feed.value.more
    }
    for (const id of done) {
      if (records.has(id)) continue
      reported.add(id)
      onViolation(`I4 item ${id} was done before the backend had its record`)
    }
  }

  const add = async (entry: RecordEntry): Promise<void> => {
    const before = records.get(entry.id)
    if (before !== undefined && !isDeepStrictEqual(withoutPlace(before), withoutPlace(entry)))
      onViolation(`I5 two records with the id ${entry.id}`)
    records.set(entry.id, entry)
    const bytes = await readFile(localPath(entry.remotePath)).catch(() => null)
    if (bytes !== null && digest(bytes) === entry.storedSha256) return
    onViolation(
      `I4 there was a record of ${entry.remotePath}, and ${bytes === null ? 'no file' : 'another file'} there`,
    )
  }

  const watching = (async () => {
    while (!stopped) {
      await look()
      await pause(EVERY_MS)
    }
    await look()
  })()

  return {
    async stop() {
      stopped = true
      await watching
      return [...records.values()]
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      await watching
    },
  }
}

/** A record comes once more when the place is known in which its file lies. */
function withoutPlace({ rev: _, placeId: __, path: ___, ...rest }: RecordEntry): unknown {
  return rest
}
