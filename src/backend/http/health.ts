import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../database/tables.ts'
import { answers } from './answers.ts'

/** However often it is asked, the database is asked no more often than this. */
const PROBE_KEPT_MS = 5_000
/** A database that takes longer is of no use to a workstation. */
const PROBE_PATIENCE_MS = 3_000

const okSchema = z.object({ status: z.literal('ok') })
const unavailableSchema = z.object({ status: z.literal('unavailable'), reasons: z.array(z.string()) })
type Health = z.infer<typeof okSchema> | z.infer<typeof unavailableSchema>

/** `/health/live`: the process answers, and the database is not asked. `/health/ready`, as `/health`: requests can be
 *  served, by a look at the database at most 5 s old; 503 with the reasons where they cannot. */
export const addHealthRoutes: FastifyPluginAsyncZod<{ db: Kysely<Tables> }> = async (app, { db }) => {
  let probe: { readonly at: number; readonly health: Promise<Health> } | null = null
  const look = (): Promise<Health> => {
    const now = performance.now()
    if (probe === null || now - probe.at > PROBE_KEPT_MS) probe = { at: now, health: lookAt(db) }
    return probe.health
  }
  const response = answers(okSchema, { status: 'ok' }, [])
  const live = { summary: 'The process answers', response }
  app.get('/health/live', { schema: live }, async () => ({ status: 'ok' as const }))
  const example = { status: 'unavailable' as const, reasons: ['the database does not answer in time'] }
  const ready = {
    summary: 'Requests can be served',
    response: { ...response, 503: unavailableSchema.meta({ description: 'They cannot', examples: [example] }) },
  }
  for (const path of ['/health', '/health/ready']) {
    app.get(path, { schema: ready }, async (_request, reply) => {
      const health = await look()
      return health.status === 'ok' ? health : reply.code(503).send(health)
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
