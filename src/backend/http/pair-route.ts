import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { pairRequestSchema, pairResponseSchema } from '../../shared/api/pairing.ts'
import { apiErrorSchema } from '../../shared/api/records.ts'
import type { Tables } from '../database/tables.ts'
import { pairDevice } from '../shops/pairing.ts'
import { ERRORS, sendError } from './errors.ts'

interface PairRouteParts {
  readonly db: Kysely<Tables>
  readonly lines: readonly string[]
}

/** Where a workstation gets its token for a code: the one route that changes something and wants no token. */
export const addPairRoute: FastifyPluginAsyncZod<PairRouteParts> = async (app, { db, lines }) => {
  app.post(
    '/v1/pair',
    {
      schema: {
        summary: 'A token of the shop for a code, which is valid once, for ten minutes',
        body: pairRequestSchema,
        response: { 200: pairResponseSchema, '4xx': apiErrorSchema },
      },
    },
    async (request, reply) => (await pairDevice(db, request.body, lines)) ?? sendError(reply, ERRORS.code),
  )
}
