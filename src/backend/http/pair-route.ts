import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { pairRequestSchema, pairResponseSchema } from '../../shared/api/pairing.ts'
import type { Tables } from '../database/tables.ts'
import { pairDevice } from '../shops/pairing.ts'
import { answers, body, OF_A_BODY } from './answers.ts'
import { ERRORS, sendError } from './errors.ts'
import { EXAMPLES } from './examples.ts'

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
        body: body(pairRequestSchema, {
          device: EXAMPLES.device,
          nonce: EXAMPLES.sha256.slice(32),
          proof: EXAMPLES.sha256,
        }),
        response: answers(pairResponseSchema, { shop: 'My shop', token: 'galley_...', proof: EXAMPLES.sha256 }, [
          ...OF_A_BODY,
          ERRORS.code,
        ]),
      },
    },
    async (request, reply) => (await pairDevice(db, request.body, lines)) ?? sendError(reply, ERRORS.code),
  )
}
