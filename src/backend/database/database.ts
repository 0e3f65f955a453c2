import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** PGlite over a folder; `workerEntry` is the file of its thread. */
export interface EmbeddedPlace {
  readonly kind: 'embedded'
  readonly folder: string
  readonly workerEntry: URL
}

/** Where the records are kept. */
export type DatabasePlace =
  | EmbeddedPlace
  | { readonly kind: 'postgres'; readonly url: string; readonly patience?: Patience }

/** How long a PostgreSQL server is waited for. */
export interface Patience {
  /** A statement that takes longer is ended by the server. */
  readonly statementMs: number
  /** A connection on which nothing comes for longer is given up: its statement would have been ended before. */
  readonly silenceMs: number
}

/** Connections to a server: open, of them idle, and requests that wait for one. */
export type PoolState = Readonly<Record<'open' | 'idle' | 'waiting', number>>

/** Runs statements that somebody else wrote: several at once where there are no values, with the rows of all of them. What
 *  they began is undone when one fails. */
export type RunScript = (text: string, values?: readonly unknown[]) => Promise<{ rows: unknown[] }>

export interface Database {
  readonly db: Kysely<Tables>
  readonly runScript: RunScript
  /** Resolves when the database is gone for good; with the reason, if it was not closed. */
  readonly lost: Promise<string | null>
  /** Null where it is embedded. */
  pool(): PoolState | null
  close(): Promise<void>
}
