import type { Database } from 'better-sqlite3'
import type { Failure } from '../../shared/domain/failure.ts'
import { type HoldKey, holdKeyText } from '../../shared/domain/hold-key.ts'
import { statementsOf } from './statements.ts'

/** Why work waits for something outside of Galley, kept for whoever asks after this process. */
export function createHoldReasons(database: Database) {
  const { run, rows } = statementsOf(database)
  const all = rows<[], { key: string; failure: string }>('SELECT * FROM hold_reasons')
  const put = run<[key: string, failure: string]>(
    'INSERT INTO hold_reasons VALUES (?, ?) ON CONFLICT DO UPDATE SET failure = excluded.failure',
  )
  const remove = run<[key: string]>('DELETE FROM hold_reasons WHERE key = ?')
  return {
    /** By the texts of the keys. */
    all: (): ReadonlyMap<string, Failure> => new Map(all().map(({ key, failure }) => [key, JSON.parse(failure)])),
    /** Null: it is not waited for any more. */
    set: (key: HoldKey, failure: Failure | null): void =>
      failure === null ? remove(holdKeyText(key)) : put(holdKeyText(key), JSON.stringify(failure)),
  }
}
