import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ERRORS, sendError } from './errors.ts'

/** A workstation asks a few things at a time and waits for the answers: 300 a second are more than that comes
 *  to, and what a program that asks in a loop soon has. */
const OF_A_TOKEN = { max: 3_000, timeWindow: 10_000 }
/** Of an address whose requests carry no token that is known to be good; the first ones of each workstation count here. */
const OF_STRANGERS = { max: 300, timeWindow: 60_000 }

/** The token that a request carries. */
export function tokenOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

/** Refuses who asks too often, by its token, or by its address where that says nothing yet; before the database is asked, so
 *  that a wrong token costs it nothing. Health is told to everybody at any time. Returns the tokens that are known to be good:
 *  who looks them up adds and removes them. */
export async function addRateLimits(app: FastifyInstance): Promise<Set<string>> {
  await app.register(rateLimit, { global: false })
  const known = new Set<string>()
  const ofToken = app.createRateLimit({
    ...OF_A_TOKEN,
    keyGenerator: (request) => tokenOf(request) ?? '',
  })
  const ofStrangers = app.createRateLimit(OF_STRANGERS)
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url?.startsWith('/health') === true) return
    const limit = await (known.has(tokenOf(request) ?? '') ? ofToken : ofStrangers)(request)
    if (limit.isAllowed || !limit.isExceeded) return
    return sendError(reply, { ...ERRORS.tooMany, retryAfterSeconds: limit.ttlInSeconds })
  })
  return known
}
