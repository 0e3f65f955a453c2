import type { Database } from 'better-sqlite3'
import { type NasFacts, nasFactsSchema } from '../../shared/domain/nas-facts.ts'

/** What each shop's NAS was seen to do, by folder. */
export type NasFactsTable = ReturnType<typeof createNasFacts>

export function createNasFacts(database: Database) {
  const read = database
    .prepare<[string, string], string>('SELECT facts FROM nas_facts WHERE shop_id = ? AND folder = ?')
    .pluck()
  const put = database.prepare(
    'INSERT INTO nas_facts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts',
  )
  return {
    /** Null when nothing was learnt, or by a Galley that wrote it down otherwise: then it is learnt anew. */
    of(shopId: string, folder: string): NasFacts | null {
      const facts = read.get(shopId, folder)
      return facts === undefined ? null : (nasFactsSchema.safeParse(JSON.parse(facts)).data ?? null)
    },
    set: (shopId: string, folder: string, facts: NasFacts): void => void put.run(shopId, folder, JSON.stringify(facts)),
  }
}
