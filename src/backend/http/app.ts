import { createServer as createPlain } from 'node:http'
import { createServer as createEncrypted } from 'node:https'
import type { Writable } from 'node:stream'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Tables } from '../database/tables.ts'
import type { ServiceMetrics } from '../metrics/service-metrics.ts'
import type { JobQueue } from '../mockup-jobs/job-queue.ts'
import { findRevoked } from '../shops/shops.ts'
import { answers } from './answers.ts'
import { answerBrokenRequest, answerExpectation, ERRORS, handleError, sendError } from './errors.ts'
import { createEventStreams, type EventStreams } from './event-streams.ts'
import { addHealthRoutes } from './health.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { isTooDeep } from './nesting.ts'
import { addPairRoute } from './pair-route.ts'
import { addRateLimits } from './rate-limits.ts'
import { addShopRoutes } from './shop-routes.ts'
import { pairingLines, plainPeers, type Transport } from './transport.ts'

/** A chunk of the largest records that the schema takes is below this. */
const BODY_LIMIT_BYTES = 512 * 1024
/** No client may take longer to send a request: a workstation has given up by then. */
const SERVER_OPTIONS = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 2_000 }

/** The service's HTTP face: routes, their schemas, and errors of one shape. Logs a JSON line each to `logTo`. */
export function createApp(logTo: Writable | undefined, transport: Transport) {
  const app = Fastify({
    serverFactory: (answer) =>
      transport.kind === 'tls'
        ? createEncrypted({ ...SERVER_OPTIONS, ...transport.identity }, answer)
        : createPlain(SERVER_OPTIONS, answer),
    // Who asks is read from what a proxy says only where there is one, and of that one only.
    trustProxy: transport.kind === 'proxy' ? transport.address : false,
    bodyLimit: BODY_LIMIT_BYTES,
    // Before there is a request to answer, errors have the same shape.
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
    logger: logTo === undefined ? false : { level: 'info', stream: logTo },
  }).withTypeProvider<ZodTypeProvider>()
  app.server.on('checkExpectation', answerExpectation)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler((_request, reply) => sendError(reply, ERRORS.notFound))
  app.addHook('preValidation', async ({ body }, reply) => {
    if (isTooDeep(body)) return sendError(reply, { ...ERRORS.invalid, message: 'The JSON is nested too deeply.' })
  })
  const mayBePlain = plainPeers(transport)
  if (mayBePlain !== null) {
    app.addHook('onRequest', async ({ socket }, reply) => {
      if (!mayBePlain(socket.remoteAddress ?? '')) return sendError(reply, ERRORS.unencrypted)
    })
  }
  return app
}

export interface RouteParts {
  readonly db: Kysely<Tables>
  readonly transport: Transport
  readonly metrics: ServiceMetrics
  readonly metricsToken: string | undefined
  readonly queue: JobQueue
}

/** Adds what the service answers; the streams that it has open, to be ended with their token. */
export async function addRoutes(
  app: ReturnType<typeof createApp>,
  { db, transport, metrics, metricsToken, queue }: RouteParts,
): Promise<Pick<EventStreams, 'endOf' | 'mockups'>> {
  app.addHook('onResponse', async ({ method, routeOptions: { url: route = 'none' } }, { statusCode, elapsedTime }) => {
    // A colon is written twice in a route.
    metrics.requestEnded({ route: route.replaceAll('::', ':'), method }, statusCode, elapsedTime / 1_000)
  })
  const streams = createEventStreams((tokenIds) => findRevoked(db, tokenIds))
  app.addHook('preClose', async () => streams.endAll())
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Galley record service', version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  })
  const tokens = await addRateLimits(app)
  await app.register(addHealthRoutes, { db })
  const document = { summary: 'This document', response: answers(z.looseObject({}), { openapi: '3.1.0' }, []) }
  app.get('/openapi.json', { schema: document }, async () => ({ ...app.swagger() }))
  await app.register(addPairRoute, { db, lines: pairingLines(transport) })
  await app.register(addShopRoutes, { db, streams, tokens, metrics, queue })
  await app.register(addMetricsRoute, { db, metrics, token: metricsToken })
  return streams
}
