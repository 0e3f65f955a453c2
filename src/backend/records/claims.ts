import { type Kysely, sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import { CLAIM_LEASE_MS, type ClaimOutcome, type claimWishSchema } from '../../shared/api/claims.ts'
import type { Tables } from '../database/tables.ts'
import { type KnownDesign, otherDesign } from './known-design.ts'

type Wish = z.output<typeof claimWishSchema>

/** Claims what a workstation is about to send, so that of those which have the same bytes for a template one sends them.
 *  In order: of two equal wishes in one request the first is granted. */
export async function takeClaims(
  db: Kysely<Tables>,
  shopId: string,
  device: string,
  wishes: readonly Wish[],
): Promise<ClaimOutcome[]> {
  return db.transaction().execute(async (tx) => {
    // The shop's row is held while records are stored, too: what is stored is seen, and no two claim at once.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    await sql`delete from claims where shop_id = ${shopId}::uuid and expires_at <= now()`.execute(tx)
    const stored = await findStored(tx, shopId, wishes)
    const holders = await findHolders(tx, shopId, wishes)
    const granted: Wish[] = []
    const outcomes = wishes.map((wish): ClaimOutcome => {
      const design = wish.copy === 0 ? stored.get(designKey(wish)) : undefined
      if (design !== undefined && design.id !== wish.id) return { status: 'stored', designId: design.id, design }
      const key = claimKey(wish)
      const holder = holders.get(key)
      if (holder !== undefined && holder.id !== wish.id && !wish.isTaken) {
        return { status: 'held', device: holder.device, since: holder.since.toISOString() }
      }
      holders.set(key, { id: wish.id, device, since: new Date() })
      granted.push(wish)
      return { status: 'granted' }
    })
    if (granted.length > 0) await putClaims(tx, shopId, device, granted)
    return outcomes
  })
}

/** Ends the claims of items that will not be sent. How many there were. */
export async function releaseClaims(db: Kysely<Tables>, shopId: string, ids: readonly string[]): Promise<number> {
  const gone = await db
    .deleteFrom('claims')
    .where('shop_id', '=', shopId)
    .where('id', 'in', ids)
    .executeTakeFirstOrThrow()
  return Number(gone.numDeletedRows)
}

async function findStored(tx: Transaction<Tables>, shopId: string, wishes: readonly Wish[]) {
  const { rows } = await sql<KnownDesign>`
    select record, device from designs
    where shop_id = ${shopId}::uuid and record #>> '{fingerprint,sha256}' in (${sql.join(wishes.map(({ sha256 }) => sha256))})
    order by rev desc`.execute(tx)
  return new Map(
    rows.map((known) => {
      const { template, fingerprint } = known.record
      return [designKey({ template, sha256: fingerprint.sha256 }), otherDesign(known)]
    }),
  )
}

async function findHolders(tx: Transaction<Tables>, shopId: string, wishes: readonly Wish[]) {
  const rows = await tx
    .selectFrom('claims')
    .select(['id', 'template', 'sha256', 'copy', 'device', 'since'])
    .where('shop_id', '=', shopId)
    .where(
      'sha256',
      'in',
      wishes.map(({ sha256 }) => sha256),
    )
    .execute()
  return new Map(rows.map(({ id, device, since, ...row }) => [claimKey(row), { id, device, since }]))
}

/** The last of equal wishes holds it: only one that was taken can be another than the first. */
async function putClaims(tx: Transaction<Tables>, shopId: string, device: string, granted: readonly Wish[]) {
  const rows = [...new Map(granted.map((wish) => [claimKey(wish), wish])).values()]
  await sql`
    insert into claims (shop_id, template, sha256, copy, id, device, expires_at)
    select ${shopId}::uuid, template, sha256, copy, id, ${device}, now() + make_interval(secs => ${CLAIM_LEASE_MS / 1000})
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as wish (template text, sha256 text, copy int, id uuid)
    on conflict (shop_id, template, sha256, copy) do update set
      expires_at = excluded.expires_at,
      since = case when claims.id = excluded.id then claims.since else now() end,
      id = excluded.id,
      device = excluded.device`.execute(tx)
}

function designKey({ template, sha256 }: Pick<Wish, 'template' | 'sha256'>): string {
  return `${sha256} ${template}`
}

function claimKey({ copy, ...design }: Pick<Wish, 'template' | 'sha256' | 'copy'>): string {
  return `${copy} ${designKey(design)}`
}
