import { isDeepStrictEqual } from 'node:util'
import type { Kysely, Transaction } from 'kysely'
import type { PutMockup, ShopMockup } from '../../shared/api/mockups.ts'
import { picturesOf } from '../../shared/domain/mockup.ts'
import { faultOf } from '../../shared/domain/mockup-fault.ts'
import type { Tables } from '../database/tables.ts'

/** What becomes of a mockup that a workstation sends. */
export type PutMockupOutcome =
  | { readonly kind: 'kept'; readonly mockup: ShopMockup }
  /** Somebody changed it since that revision. */
  | { readonly kind: 'changed'; readonly current: ShopMockup }
  /** Another one of the template has its name. */
  | { readonly kind: 'taken'; readonly current: ShopMockup }
  /** It has a revision that the shop does not have; or no template or pictures of the shop's; or cannot be drawn. */
  | { readonly kind: 'unknown' | 'no-template' | 'no-pictures' | 'wrong' }

/** The shop's mockups, by rank and name. */
export async function mockupsOf(db: Kysely<Tables>, shopId: string): Promise<ShopMockup[]> {
  const rows = await db
    .selectFrom('mockups')
    .select(['id', 'revision', 'content'])
    .where('shop_id', '=', shopId)
    .execute()
  return rows
    .map(({ content, ...row }) => ({ ...content, ...row }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
}

/** Makes or changes a mockup. Sent again, it is the same. */
export function putMockup(db: Kysely<Tables>, shopId: string, id: string, sent: PutMockup): Promise<PutMockupOutcome> {
  return db.transaction().execute(async (tx) => {
    // Of two that come at once, the second one is judged by the first.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    const { revision: seen, ...content } = sent
    if (faultOf(content) !== null) return { kind: 'wrong' }
    const all = await mockupsOf(tx, shopId)
    const current = all.find((one) => one.id === id)
    if (current === undefined && seen > 0) return { kind: 'unknown' }
    const { id: _, revision = 0, ...before } = current ?? {}
    if (current !== undefined && isDeepStrictEqual(before, content)) return { kind: 'kept', mockup: current }
    const taken = all.find((one) => one.id !== id && one.templateId === sent.templateId && isSame(one.name, sent.name))
    if (taken !== undefined) return { kind: 'taken', current: taken }
    if (current !== undefined && revision !== seen) return { kind: 'changed', current }
    if (!(await hasTemplate(tx, shopId, sent.templateId))) return { kind: 'no-template' }
    if (!(await hasPictures(tx, shopId, picturesOf(content)))) return { kind: 'no-pictures' }
    const mockup = { ...content, id, revision: revision + 1 }
    await keep(tx, shopId, mockup)
    return { kind: 'kept', mockup }
  })
}

/** Whatever form of Unicode a system writes. */
function isSame(one: string, other: string): boolean {
  return one.normalize() === other.normalize()
}

async function hasTemplate(tx: Transaction<Tables>, shopId: string, id: string): Promise<boolean> {
  const found = await tx
    .selectFrom('templates')
    .select('id')
    .where('shop_id', '=', shopId)
    .where('id', '=', id)
    .executeTakeFirst()
  return found !== undefined
}

async function hasPictures(tx: Transaction<Tables>, shopId: string, sha256s: readonly string[]): Promise<boolean> {
  const found = await tx
    .selectFrom('blobs')
    .select('sha256')
    .where('shop_id', '=', shopId)
    .where('sha256', 'in', sha256s)
    .execute()
  return found.length === sha256s.length
}

async function keep(tx: Transaction<Tables>, shop_id: string, { id, revision, ...mockup }: ShopMockup): Promise<void> {
  const content = JSON.stringify(mockup)
  await tx
    .insertInto('mockups')
    .values({ shop_id, id, revision, content })
    .onConflict((conflict) => conflict.columns(['shop_id', 'id']).doUpdateSet({ revision, content }))
    .execute()
}
