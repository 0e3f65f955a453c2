import type { Kysely } from 'kysely'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import type { Asked } from '../../shared/api/resent.ts'
import type { Tables } from '../database/tables.ts'
import { lacksGone, lacksRecord } from './merge-resent.ts'
import { readDecisionsOf, readKnownDesigns } from './read-known.ts'

type Pair = Pick<DecisionRecord, 'sha256' | 'againstSha256'>

/** Which telling of two artworks was the last, by its id. */
export interface LastTold {
  get(pair: Pair): string | undefined
  set(told: Pair & Pick<DecisionRecord, 'id'>): void
}

/** Positions in what was asked, of what the shop lacks. */
export async function findLacking(db: Kysely<Tables>, shopId: string, asked: readonly Asked[]): Promise<number[]> {
  const ids = asked.flatMap((one) => (one.kind === 'decision' ? [] : [one.id]))
  const known = await readKnownDesigns(db, shopId, ids, [])
  const last = await readLastTold(
    db,
    shopId,
    asked.flatMap((one) => (one.kind === 'decision' ? [one] : [])),
  )
  const isLacking = (one: Asked): boolean => {
    if (one.kind === 'decision') return lacksDecision(last, one)
    return one.kind === 'design' ? lacksRecord(known, one) : lacksGone(known, one)
  }
  return asked.flatMap((one, position) => (isLacking(one) ? [position] : []))
}

/** Nothing is known of the two, or only what the workstation knows to have been told before. What it does not know was
 *  told after the database was set back, and holds. */
export function lacksDecision(last: LastTold, asked: Pair & { readonly earlier: readonly string[] }): boolean {
  const id = last.get(asked)
  return id === undefined || asked.earlier.includes(id)
}

export async function readLastTold(db: Kysely<Tables>, shopId: string, pairs: readonly Pair[]): Promise<LastTold> {
  const last = new Map<string, string>()
  const keyOf = ({ sha256, againstSha256 }: Pair): string => `${sha256} ${againstSha256}`
  const records = await readDecisionsOf(
    db,
    shopId,
    pairs.map(({ sha256 }) => sha256),
  )
  for (const record of records) last.set(keyOf(record), record.id)
  return {
    get: (pair) => last.get(keyOf(pair)),
    set: (told) => void last.set(keyOf(told), told.id),
  }
}
