import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../database/tables.ts'
import type { ServiceMetrics } from '../metrics/service-metrics.ts'
import { answers } from './answers.ts'
import { ERRORS, sendError } from './errors.ts'
import { tokenOf } from './rate-limits.ts'
import { isLoopback } from './transport.ts'

interface MetricsRouteParts {
  readonly db: Kysely<Tables>
  readonly metrics: ServiceMetrics
  /** Who may ask from another computer. */
  readonly token: string | undefined
}

/** `/metrics`, for Prometheus: to this computer, and to who has its token, which is no shop's. */
export const addMetricsRoute: FastifyPluginAsyncZod<MetricsRouteParts> = async (app, { db, metrics, token }) => {
  const { 200: told, ...errors } = answers(z.string(), '# TYPE galley_requests_total counter\n', [
    ERRORS.metricsToken,
    ERRORS.unavailable,
  ])
  const response = { 200: { description: 'Done', content: { 'text/plain': { schema: told } } }, ...errors }
  app.get(
    '/metrics',
    { schema: { summary: 'What the service counts of its own work', response } },
    async (request, reply) => {
      if (!isLocal(request) && !isSame(tokenOf(request), token)) return sendError(reply, ERRORS.metricsToken)
      const { rows } = await sql<{ sending: string }>`
        select count(*) as sending from claims where expires_at > now()`.execute(db)
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.render(Number(rows[0]?.sending ?? 0)))
    },
  )
}

/** A proxy on this computer asks for somebody else. */
function isLocal({ ip, headers }: FastifyRequest): boolean {
  return isLoopback(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined
}

function isSame(given: string | undefined, token: string | undefined): boolean {
  if (given === undefined || token === undefined) return false
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest())
  return one !== undefined && other !== undefined && timingSafeEqual(one, other)
}
