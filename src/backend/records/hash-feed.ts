import type { Kysely } from 'kysely'
import type { FeedResponse } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'

/** The shop's designs with a rev above `after`, in order of rev, at most `limit`. */
export async function readHashFeed(
  db: Kysely<Tables>,
  shopId: string,
  after: number,
  limit: number,
): Promise<FeedResponse> {
  const rows = await db
    .selectFrom('designs')
    .select(['rev', 'record'])
    .where('shop_id', '=', shopId)
    .where('rev', '>', after)
    .orderBy('rev')
    .limit(limit + 1)
    .execute()
  const entries = rows.slice(0, limit).map(({ rev, record }) => ({ ...record, rev: Number(rev) }))
  return { entries, cursor: entries.at(-1)?.rev ?? after, more: rows.length > limit }
}
