import type { Kysely, Transaction } from 'kysely'
import type { Resent } from '../../shared/api/resent.ts'
import { isAlikeTemplate, type PutTemplate, type ShopTemplate } from '../../shared/api/templates.ts'
import type { Tables } from '../database/tables.ts'
import { takeRevs } from '../records/history.ts'
import { type JudgedPut, judgePut } from './judge-put.ts'

/** The shop's templates, by name. */
export async function templatesOf(db: Kysely<Tables>, shopId: string): Promise<ShopTemplate[]> {
  const rows = await db
    .selectFrom('templates')
    .select(['id', 'revision', 'content'])
    .where('shop_id', '=', shopId)
    .execute()
  return rows.map(({ content, ...row }) => ({ ...content, ...row })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Makes or changes a template; what was new in it has a rev of the shop's, of which its other workstations hear. */
export async function putTemplate(
  db: Kysely<Tables>,
  shopId: string,
  id: string,
  sent: PutTemplate,
): Promise<{ readonly judged: JudgedPut; readonly rev: number | null }> {
  return db.transaction().execute(async (tx) => {
    // Of two that come at once, the second one is judged by the first.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    const judged = judgePut(await templatesOf(tx, shopId), id, sent)
    if (judged.kind !== 'kept' || judged.isSame) return { judged, rev: null }
    return { judged, rev: await keep(tx, shopId, judged.template) }
  })
}

/** Takes in what the database lost of a template: a later revision than it has, where no other has its name since. Those that
 *  were lacking. Inside the transaction of a chunk. */
export async function takeTemplates(
  tx: Transaction<Tables>,
  shopId: string,
  resent: readonly Resent[],
): Promise<Resent[]> {
  const templates = resent.flatMap((one) => (one.kind === 'template' ? [one] : []))
  const taken: Resent[] = []
  for (const one of templates) {
    const { kind: _, ...template } = one
    const all = await templatesOf(tx, shopId)
    const isKnown = all.some(({ id, revision }) => id === template.id && revision >= template.revision)
    if (isKnown || all.some((other) => other.id !== template.id && isAlikeTemplate(other, template))) continue
    await keep(tx, shopId, template)
    taken.push(one)
  }
  return taken
}

/** In a transaction that holds the shop's row; the rev that it has taken. */
async function keep(
  tx: Transaction<Tables>,
  shop_id: string,
  { id, revision, ...template }: ShopTemplate,
): Promise<number> {
  const content = JSON.stringify(template)
  await tx
    .insertInto('templates')
    .values({ shop_id, id, revision, content })
    .onConflict((conflict) => conflict.columns(['shop_id', 'id']).doUpdateSet({ revision, content }))
    .execute()
  return (await takeRevs(tx, shop_id, 1)) + 1
}
