import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import { CLAIM_LEASE_MS } from '../../shared/api/claims.ts'
import { type LeaseResponse, type leaseRequestSchema, MAX_LEASED } from '../../shared/api/numbers.ts'
import { type NumberRange, numbersOf, rangesOf, sizeOf } from '../../shared/domain/number-range.ts'
import type { Tables } from '../database/tables.ts'

/** Numbers looked through at a time for those that designs have. */
const WINDOW = 1_000

type Pool = ReturnType<typeof poolOf>

/** Leases numbers of a template to a workstation, so that no two name their files alike and none is left out: always the
 *  lowest that neither a design nor a file nor anybody else has. What a silent workstation has stays its own until somebody
 *  has looked into the folder and seen no file. */
export async function leaseNumbers(
  db: Kysely<Tables>,
  shopId: string,
  { template, holder, ...request }: z.output<typeof leaseRequestSchema>,
): Promise<LeaseResponse> {
  return db.transaction().execute(async (tx) => {
    // As records are stored and designs are claimed: one after the other.
    await tx.selectFrom('shops').select('id').where('id', '=', shopId).forUpdate().executeTakeFirstOrThrow()
    const pool = poolOf(tx, shopId, template, holder)
    await pool.open()
    if (request.taken.length > 0) await pool.close(request.taken)
    if (request.looked.length > 0) await pool.freeLost(request.looked)

    const mine = await pool.mine()
    // Who has not heard the last answer does not give back what it does not name.
    const isHeard = mine === undefined || mine.turn === request.turn
    const told = isHeard ? multirange(request.held) : sql`${multirange(request.held)} + ${mine.numbers}::int8multirange`
    await pool.learnDesigns(told)
    const kept = await pool.read(sql`${told} - ${pool.gone} - ${pool.others}`)
    const refused = await pool.read(sql`${multirange(request.held)} - ${multirange(kept)}`)
    const granted = await takeLowest(pool, kept, Math.min(MAX_LEASED, request.wanted + sizeOf(refused)))

    const numbers = await pool.read(sql`${multirange(kept)} + ${multirange(rangesOf(granted))}`)
    const turn = (mine?.turn ?? 0) + 1
    await pool.keep(numbers, turn)
    return { turn, numbers, lost: request.wanted === 0 ? [] : await pool.read(pool.lost) }
  })
}

/** The lowest numbers that nobody has. */
async function takeLowest(pool: Pool, kept: readonly NumberRange[], count: number): Promise<number[]> {
  const granted: number[] = []
  for (let looked = kept; granted.length < count; ) {
    const free = sql`'{[1,)}'::int8multirange - ${pool.gone} - ${pool.others} - ${multirange(looked)}`
    const next = await pool.read(
      sql`(select free * int8multirange(int8range(lower(free), lower(free) + ${WINDOW}::bigint)) from (select ${free} as free) as all_free)`,
    )
    await pool.learnDesigns(multirange(next))
    const unused = numbersOf(await pool.read(sql`${multirange(next)} - ${pool.gone}`))
    granted.push(...unused.slice(0, count - granted.length))
    looked = [...looked, ...next]
  }
  return granted
}

/** The numbers of a template, as a workstation asks for them. */
function poolOf(tx: Transaction<Tables>, shopId: string, template: string, holder: string) {
  const ours = sql`shop_id = ${shopId}::uuid and template = ${template}`
  const leased = (which: RawBuilder<unknown>) =>
    sql`(select coalesce(range_agg(part), '{}') from number_leases, unnest(numbers) as part where ${ours} and ${which})`
  const isOthers = sql`holder <> ${holder}::uuid`
  const gone = sql`(select gone from number_pools where ${ours})`
  const ofDesigns = sql`select (record ->> 'number')::bigint as number from designs
    where shop_id = ${shopId}::uuid and record ->> 'template' = ${template}`
  const add = (numbers: RawBuilder<unknown>) => sql`update number_pools set gone = gone + ${numbers} where ${ours}`
  return {
    gone,
    others: leased(isOthers),
    lost: leased(sql`${isOthers} and expires_at <= now()`),

    async read(numbers: RawBuilder<unknown>): Promise<NumberRange[]> {
      const { rows } = await sql<{ text: string }>`select (${numbers})::text as text`.execute(tx)
      return Array.from(rows[0]?.text.matchAll(/\[(\d+),(\d+)\)/g) ?? [], ([, first, end]) => [
        Number(first),
        Number(end) - 1,
      ])
    },
    async open(): Promise<void> {
      await sql`
        insert into number_pools (shop_id, template, gone)
        select ${shopId}::uuid, ${template},
          coalesce((select range_agg(int8range(number, number, '[]')) from (${ofDesigns}) as stored), '{}')
        where not exists (select 1 from number_pools where ${ours})`.execute(tx)
    },
    /** Files stand there. Not where a lease lasts: a file that its workstation has not told of yet is told of by its record. */
    async close(taken: readonly NumberRange[]): Promise<void> {
      await add(sql`(${multirange(taken)} - ${leased(sql`${isOthers} and expires_at > now()`)})`).execute(tx)
    },
    async freeLost(looked: readonly NumberRange[]): Promise<void> {
      await sql`update number_leases set numbers = numbers - ${multirange(looked)}
        where ${ours} and ${isOthers} and expires_at <= now()`.execute(tx)
      await sql`delete from number_leases where ${ours} and isempty(numbers)`.execute(tx)
    },
    /** Those that designs have are gone. */
    async learnDesigns(among: RawBuilder<unknown>): Promise<void> {
      await add(sql`coalesce(
        (select range_agg(int8range(number, number, '[]')) from unnest(${among}) as part,
          lateral (${ofDesigns} and (record ->> 'number')::bigint >= lower(part)
            and (record ->> 'number')::bigint < upper(part)) as stored), '{}')`).execute(tx)
    },
    mine: () =>
      tx
        .selectFrom('number_leases')
        .select(['turn', 'numbers'])
        .where('shop_id', '=', shopId)
        .where('template', '=', template)
        .where('holder', '=', holder)
        .executeTakeFirst(),
    async keep(numbers: readonly NumberRange[], turn: number): Promise<void> {
      await sql`
        insert into number_leases (shop_id, template, holder, turn, numbers, expires_at)
        values (${shopId}::uuid, ${template}, ${holder}::uuid, ${turn}, ${multirange(numbers)},
          now() + make_interval(secs => ${CLAIM_LEASE_MS / 1000}))
        on conflict (shop_id, template, holder) do update set
          turn = excluded.turn, numbers = excluded.numbers, expires_at = excluded.expires_at`.execute(tx)
    },
  }
}

function multirange(ranges: readonly NumberRange[]): RawBuilder<unknown> {
  return sql`${`{${ranges.map(([first, last]) => `[${first},${last}]`).join()}}`}::int8multirange`
}
