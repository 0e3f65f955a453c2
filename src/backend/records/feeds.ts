import { type Kysely, sql } from 'kysely'
import type { DecisionFeed } from '../../shared/api/decisions.ts'
import type { DesignRecord, FeedResponse } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import { tagOf } from './history.ts'

interface FeedRow {
  readonly rev: string | number
  readonly id: string
  /** Null of a design that is none any more. */
  readonly record: DesignRecord | null
  readonly uploadedAt: string | null
  readonly replaced: string | null
}

/** The shop's designs with a rev above `after`, and those that are none any more, in order of rev, together at most
 *  `limit`. */
export async function readHashFeed(
  db: Kysely<Tables>,
  shopId: string,
  after: number,
  limit: number,
  isCounted = false,
): Promise<FeedResponse> {
  // One statement: between two, a rev could be given out that the later one sees and the earlier one has missed. Each part
  // has its own limit: without it the server reads all that follows and sorts it, for every page anew.
  const { rows } = await sql<FeedRow>`
    (select rev, id, record, null::text as "uploadedAt", null::uuid as replaced from designs
      where shop_id = ${shopId}::uuid and rev > ${after} order by rev limit ${limit + 1})
    union all
    (select rev, id, null, uploaded_at, replaced from gone_designs
      where shop_id = ${shopId}::uuid and rev > ${after} order by rev limit ${limit + 1})
    order by rev limit ${limit + 1}`.execute(db)
  const { entries, ...page } = pageOf(
    rows.map(({ rev, ...record }) => ({ rev, record })),
    after,
    limit,
  )
  return {
    entries: entries.flatMap(({ rev, record }) => (record === null ? [] : [{ ...record, rev }])),
    gone: entries.flatMap(({ record, ...gone }) => (record === null ? [gone] : [])),
    ...page,
    tag: await tagOf(db, shopId, page.cursor),
    ...(isCounted && page.more ? { library: await countDesigns(db, shopId, after) } : {}),
  }
}

async function countDesigns(db: Kysely<Tables>, shopId: string, after: number): Promise<FeedResponse['library']> {
  const { rows } = await sql<Record<'designs' | 'left' | 'last', string | number>>`
    select count(*) as designs, count(*) filter (where rev > ${after}) as left,
      greatest(max(rev), (select coalesce(max(rev), 0) from gone_designs where shop_id = ${shopId}::uuid)) as last
    from designs where shop_id = ${shopId}::uuid`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('no count')
  return { designs: Number(row.designs), left: Number(row.left), lastRev: Number(row.last) }
}

/** What was last said of each two artworks of the shop, by rev as well. */
export async function readDecisionFeed(
  db: Kysely<Tables>,
  shopId: string,
  after: number,
  limit: number,
): Promise<DecisionFeed> {
  const rows = await db
    .selectFrom('decisions')
    .select(['rev', 'record'])
    .where('shop_id', '=', shopId)
    .where('rev', '>', after)
    .orderBy('rev')
    .limit(limit + 1)
    .execute()
  const page = pageOf(rows, after, limit)
  return { ...page, tag: await tagOf(db, shopId, page.cursor) }
}

/** One row more than a page tells that there is another. */
function pageOf<T extends object>(
  rows: readonly { readonly rev: string | number; readonly record: T }[],
  after: number,
  limit: number,
) {
  const entries = rows.slice(0, limit).map(({ rev, record }) => ({ ...record, rev: Number(rev) }))
  return { entries, cursor: entries.at(-1)?.rev ?? after, more: rows.length > limit }
}
