import { type Kysely, sql } from 'kysely'
import type { ShopMockup } from '../../shared/api/mockups.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import { mockupFileName } from '../../shared/domain/mockup-name.ts'
import type { Tables } from '../database/tables.ts'
import { DESIGNS_WITH_MOCKUPS, IS_MADE } from '../mockup-jobs/read-jobs.ts'

/** A mockup that a design lacks. */
export interface DueMockup {
  readonly mockup: ShopMockup
  readonly fileName: string
  /** What we put under that name before; null where it was nothing. */
  readonly before: { readonly designId: string; readonly sha256: string } | null
}

export interface DueDesign {
  readonly record: DesignRecord
  readonly due: readonly DueMockup[]
}

/** What a design lacks. Null when it is none of the shop's any more. */
export async function readDue(db: Kysely<Tables>, shopId: string, designId: string): Promise<DueDesign | null> {
  const design = await db
    .selectFrom('designs')
    .select('record')
    .where('shop_id', '=', shopId)
    .where('id', '=', designId)
    .executeTakeFirst()
  if (design === undefined) return null
  const { rows } = await sql<{ id: string }>`
    select due.mockup_id as id from (${DESIGNS_WITH_MOCKUPS}) due
    where due.shop_id = ${shopId}::uuid and due.design_id = ${designId}::uuid
      and not exists (select 1 from mockup_files file where ${IS_MADE})`.execute(db)
  const lacking = rows.map(({ id }) => id)
  const due: DueMockup[] = []
  for (const mockup of await readMockups(db, shopId, lacking)) {
    const fileName = mockupFileName(design.record.fileName, mockup)
    due.push({ mockup, fileName, before: await findBefore(db, shopId, mockup.id, fileName) })
  }
  return { record: design.record, due }
}

async function readMockups(db: Kysely<Tables>, shopId: string, ids: readonly string[]): Promise<readonly ShopMockup[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('mockups')
    .select(['id', 'revision', 'content'])
    .where('shop_id', '=', shopId)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(({ content, ...row }) => ({ ...content, ...row }))
}

async function findBefore(
  db: Kysely<Tables>,
  shopId: string,
  mockupId: string,
  fileName: string,
): Promise<DueMockup['before']> {
  const found = await db
    .selectFrom('mockup_files')
    .select(['design_id as designId', 'sha256'])
    .where('shop_id', '=', shopId)
    .where('mockup_id', '=', mockupId)
    .where('file_name', '=', fileName)
    .executeTakeFirst()
  return found ?? null
}

/** Counts a try at a design's mockups: its temporary files are told by that from those of others. */
export async function countTry(db: Kysely<Tables>, shopId: string, designId: string): Promise<number> {
  const { rows } = await sql<{ tries: number }>`
    insert into mockup_tries (shop_id, design_id, tries) values (${shopId}::uuid, ${designId}::uuid, 1)
    on conflict (shop_id, design_id) do update set tries = mockup_tries.tries + 1
    returning tries`.execute(db)
  return rows[0]?.tries ?? 1
}

/** Keeps that a file of the design is there; one row, however often it is told. The file of a design that this one replaced had
 *  the same name: its row ends. */
export function noteMade(
  db: Kysely<Tables>,
  shopId: string,
  { id, storedSha256 }: Pick<DesignRecord, 'id' | 'storedSha256'>,
  { mockup, fileName }: DueMockup,
  sha256: string,
): Promise<void> {
  return db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('mockup_files')
      .where('shop_id', '=', shopId)
      .where('mockup_id', '=', mockup.id)
      .where('file_name', '=', fileName)
      .where('design_id', '!=', id)
      .execute()
    const made = { revision: mockup.revision, stored_sha256: storedSha256, file_name: fileName, sha256 }
    await tx
      .insertInto('mockup_files')
      .values({ shop_id: shopId, design_id: id, mockup_id: mockup.id, ...made })
      .onConflict((conflict) => conflict.columns(['shop_id', 'design_id', 'mockup_id']).doUpdateSet(made))
      .execute()
  })
}
