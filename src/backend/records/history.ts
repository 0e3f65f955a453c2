import { randomUUID } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { HistoryPoint } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'

/** Takes as many of the shop's revs as there are records; the last one before them. In a transaction that holds the shop's
 *  row. The tag is drawn here and not by the database: a copy of it that starts again must not draw the same. */
export async function takeRevs(tx: Transaction<Tables>, shopId: string, count: number): Promise<number> {
  const { rev } = await tx
    .updateTable('shops')
    .set({ rev: sql<number>`rev + ${count}` })
    .where('id', '=', shopId)
    .returning('rev')
    .executeTakeFirstOrThrow()
  const last = Number(rev)
  if (count > 0) await tx.insertInto('history').values({ shop_id: shopId, rev: last, tag: randomUUID() }).execute()
  return last - count
}

/** Where the shop's history is now; null before its first rev. */
export async function lastPoint(db: Kysely<Tables>, shopId: string): Promise<HistoryPoint | null> {
  const row = await db
    .selectFrom('history')
    .select(['rev', 'tag'])
    .where('shop_id', '=', shopId)
    .orderBy('rev', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { rev: Number(row.rev), tag: row.tag }
}

/** The tag of a rev, which is the one of its taking; null where the shop has not given it out. */
export async function tagOf(db: Kysely<Tables>, shopId: string, rev: number): Promise<string | null> {
  if (rev === 0) return null
  const row = await db
    .selectFrom('history')
    .select('tag')
    .where('shop_id', '=', shopId)
    .where('rev', '>=', rev)
    .orderBy('rev')
    .limit(1)
    .executeTakeFirst()
  return row?.tag ?? null
}
