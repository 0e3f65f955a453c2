import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { NAMINGS, type NasFacts, PART_NAMINGS } from '../../shared/domain/nas-facts.ts'
import { statementsOf } from './statements.ts'

/** Not beside the type: the transfer worker needs no zod, which takes 3 MB of its heap. */
const factsSchema: z.ZodType<NasFacts> = z.object({
  server: z.object({
    banner: z.string(),
    extensions: z.array(z.string()).readonly(),
    hostKey: z.string(),
    root: z.string(),
  }),
  naming: z.enum(NAMINGS).nullable(),
  partNaming: z.enum(PART_NAMINGS),
})

/** What each shop's NAS was seen to do, by folder. */
export function createNasFacts(database: Database) {
  const { run, value } = statementsOf(database)
  const read = value<[shopId: string, folder: string], string>(
    'SELECT facts FROM nas_facts WHERE shop_id = ? AND folder = ?',
  )
  const put = run<[shopId: string, folder: string, facts: string]>(
    'INSERT INTO nas_facts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET facts = excluded.facts',
  )
  return {
    /** Null when nothing was learnt, or by a Galley that wrote it down otherwise: then it is learnt anew. */
    of(shopId: string, folder: string): NasFacts | null {
      const facts = read(shopId, folder)
      return facts === null ? null : (factsSchema.safeParse(JSON.parse(facts)).data ?? null)
    },
    set: (shopId: string, folder: string, facts: NasFacts): void => put(shopId, folder, JSON.stringify(facts)),
  }
}
