import type { FastifyInstance } from 'fastify'
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../database/tables.ts'

/** However often it is asked, the database is asked no more often than this. */
const PROBE_KEPT_MS = 5_000
/** A database that takes longer is of no use to a workstation. */
const PROBE_PATIENCE_MS = 3_000

type Health = { readonly status: 'ok' } | { readonly status: 'unavailable'; readonly reasons: readonly string[] }

/** `/health/live`: the process answers, and the database is not asked. `/health/ready`, as `/health`: requests can be
 *  served, by a look at the database at most 5 s old; 503 with the reasons where they cannot. */
export function addHealthRoutes(app: Pick<FastifyInstance, 'get'>, db: Kysely<Tables>): void {
  let probe: { readonly at: number; readonly health: Promise<Health> } | null = null
  const look = (): Promise<Health> => {
    const now = performance.now()
    if (probe === null || now - probe.at > PROBE_KEPT_MS) probe = { at: now, health: lookAt(db) }
    return probe.health
  }
  app.get('/health/live', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  for (const path of ['/health', '/health/ready']) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      const health = await look()
      return reply.code(health.status === 'ok' ? 200 : 503).send(health)
    })
  }
}

async function lookAt(db: Kysely<Tables>): Promise<Health> {
  const patience = Promise.withResolvers<string>()
  const timer = setTimeout(() => patience.resolve('the database does not answer in time'), PROBE_PATIENCE_MS)
  const answer = sql`select 1`.execute(db).then(
    () => null,
    (error: unknown) => `the database cannot be reached${codeOf(error)}`,
  )
  const reason = await Promise.race([answer, patience.promise])
  clearTimeout(timer)
  return reason === null ? { status: 'ok' } : { status: 'unavailable', reasons: [reason] }
}

/** A database's own words may name what is nobody's business who asks without a token. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${error.code})` : ''
}
