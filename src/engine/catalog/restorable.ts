import type { Database } from 'better-sqlite3'

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

type WishRow = ReturnType<typeof rowOf>

/** Looks for designs to bring back from the NAS. */
export function createRestorable(database: Database) {
  const count = database.prepare<[WishRow], number>(`SELECT count(*) ${WANTED}`).pluck()
  const page = database.prepare<[WishRow & { after: number; limit: number }], RestorableDesign & { rowid: number }>(
    `SELECT rowid, id, number, remote_path AS remotePath, lower(hex(coalesce(stored_sha256, sha256))) AS sha256
     ${WANTED}
     AND rowid > @after ORDER BY rowid LIMIT @limit`,
  )
  const unknownOf = (column: 'number' | 'id', wished: 'numbers' | 'designIds') =>
    database
      .prepare<[WishRow], string | number>(
        `SELECT DISTINCT value FROM json_each(@${wished}) WHERE value NOT IN (SELECT ${column} ${WANTED})`,
      )
      .pluck()
  const unknownNumbers = unknownOf('number', 'numbers')
  const unknownIds = unknownOf('id', 'designIds')

  return {
    count: (wish: RestoreWish): number => count.get(rowOf(wish)) ?? 0,
    /** Each wanted design once, read `pageSize` at a time as they are asked for. */
    *all(wish: RestoreWish, pageSize: number): Generator<RestorableDesign, void, void> {
      const row = rowOf(wish)
      let after = 0
      for (;;) {
        const designs = page.all({ ...row, after, limit: pageSize })
        for (const { rowid, ...design } of designs) {
          after = rowid
          yield design
        }
        if (designs.length < pageSize) return
      }
    },
    /** Numbers and ids that were asked for and that no wanted design has. */
    unknown(wish: RestoreWish): string[] {
      const row = rowOf(wish)
      return [
        ...(wish.numbers === undefined ? [] : unknownNumbers.all(row)),
        ...(wish.designIds === undefined ? [] : unknownIds.all(row)),
      ].map(String)
    },
  }
}

function rowOf({ shopId, templateId, numbers, designIds }: RestoreWish) {
  return {
    shopId,
    templateId: templateId ?? null,
    numbers: numbers === undefined ? null : JSON.stringify(numbers),
    designIds: designIds === undefined ? null : JSON.stringify(designIds),
  }
}
