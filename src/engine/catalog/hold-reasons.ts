import type { Database } from 'better-sqlite3'
import type { Failure } from '../../shared/domain/failure.ts'
import { type HoldKey, holdKeyText } from '../../shared/domain/hold-key.ts'

/** Why work waits for something outside of Galley, kept for whoever asks after this process. */
export function createHoldReasons(database: Database) {
  const all = database.prepare<[], { key: string; failure: string }>('SELECT * FROM hold_reasons')
  const put = database.prepare(
    'INSERT INTO hold_reasons VALUES (?, ?) ON CONFLICT DO UPDATE SET failure = excluded.failure',
  )
  const remove = database.prepare('DELETE FROM hold_reasons WHERE key = ?')
  return {
    /** By the texts of the keys. */
    all: (): ReadonlyMap<string, Failure> => new Map(all.all().map(({ key, failure }) => [key, JSON.parse(failure)])),
    /** Null: it is not waited for any more. */
    set(key: HoldKey, failure: Failure | null): void {
      if (failure === null) remove.run(holdKeyText(key))
      else put.run(holdKeyText(key), JSON.stringify(failure))
    },
  }
}
