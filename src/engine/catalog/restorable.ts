import type { Database } from 'better-sqlite3'
import { STORED_SHA256 } from './designs.ts'
import { statementsOf } from './statements.ts'

/** Which designs of a shop are wanted: all that fit what is given. */
export interface RestoreWish {
  readonly shopId: string
  readonly templateId?: string | undefined
  readonly numbers?: readonly number[] | undefined
  readonly designIds?: readonly string[] | undefined
}

/** A design that stands on the NAS. */
export interface RestorableDesign {
  readonly id: string
  readonly number: number | null
  readonly remotePath: string
  /** Of the bytes on the NAS, as hex. */
  readonly sha256: string
}

const WANTED = `FROM designs WHERE shop_id = @shopId AND state = 'known' AND remote_path IS NOT NULL
  AND (@templateId IS NULL OR template_id = @templateId)
  AND (@numbers IS NULL OR number IN (SELECT value FROM json_each(@numbers)))
  AND (@designIds IS NULL OR id IN (SELECT value FROM json_each(@designIds)))`

/** Looks for designs to bring back from the NAS. */
export function createRestorable(database: Database) {
  const { rows, values, count } = statementsOf(database)
  const countOf = count<[WishRow]>(`SELECT count(*) ${WANTED}`)
  const page = rows<[WishRow & { after: number; limit: number }], RestorableDesign & { rowid: number }>(
    `SELECT rowid, id, number, remote_path AS remotePath, ${STORED_SHA256} AS sha256 ${WANTED}
     AND rowid > @after ORDER BY rowid LIMIT @limit`,
  )
  const unknownOf = (column: 'number' | 'id', wished: 'numbers' | 'designIds') =>
    values<[WishRow], string | number>(
      `SELECT DISTINCT value FROM json_each(@${wished}) WHERE value NOT IN (SELECT ${column} ${WANTED})`,
    )
  const [unknownNumbers, unknownIds] = [unknownOf('number', 'numbers'), unknownOf('id', 'designIds')]

  return {
    count: (wish: RestoreWish): number => countOf(rowOf(wish)),
    /** Each wanted design once, read `pageSize` at a time as they are asked for. */
    *all(wish: RestoreWish, pageSize: number): Generator<RestorableDesign, void, void> {
      for (let after: number | undefined = 0; after !== undefined; ) {
        const designs = page({ ...rowOf(wish), after, limit: pageSize })
        for (const { rowid: _, ...design } of designs) yield design
        after = designs.at(-1)?.rowid
      }
    },
    /** Numbers and ids that were asked for and that no wanted design has. */
    unknown: (wish: RestoreWish): string[] => [...unknownNumbers(rowOf(wish)), ...unknownIds(rowOf(wish))].map(String),
  }
}

type WishRow = ReturnType<typeof rowOf>

function rowOf({ shopId, templateId, numbers, designIds }: RestoreWish) {
  return { shopId, templateId: templateId ?? null, numbers: numbers ?? null, designIds: designIds ?? null }
}
