import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import {
  mockupConflictSchema,
  mockupIdSchema,
  mockupsResponseSchema,
  putMockupSchema,
  shopMockupSchema,
} from '../../shared/api/mockups.ts'
import type { Tables } from '../database/tables.ts'
import { mockupsOf, putMockup } from '../mockups/mockups.ts'
import { answers, body, OF_A_BODY, OF_A_SHOP, SECURITY } from './answers.ts'
import { ERRORS, sendError, shownError } from './errors.ts'
import { EXAMPLES } from './examples.ts'

interface MockupRouteParts {
  readonly db: Kysely<Tables>
  readonly shopIdOf: (request: object) => string
}

const { id: _, ...EXAMPLE } = EXAMPLES.mockup
const CONFLICTS = [ERRORS.mockupChanged, ERRORS.mockupTaken]

/** The mockups of a shop's templates. Below the shop's routes: with its token. */
export const addMockupRoutes: FastifyPluginAsyncZod<MockupRouteParts> = async (app, { db, shopIdOf }) => {
  app.get(
    '/v1/mockups',
    {
      schema: {
        summary: "The mockups of the shop's templates, with their revisions",
        security: SECURITY,
        response: answers(mockupsResponseSchema, { mockups: [EXAMPLES.mockup] }, OF_A_SHOP),
      },
    },
    async (request) => ({ mockups: await mockupsOf(db, shopIdOf(request)) }),
  )

  app.put(
    '/v1/mockups/:id',
    {
      schema: {
        summary: 'Makes a mockup, or changes the revision that the workstation saw; its pictures are sent before',
        security: SECURITY,
        params: z.object({ id: mockupIdSchema }),
        body: body(putMockupSchema, EXAMPLE),
        response: {
          ...answers(shopMockupSchema, EXAMPLES.mockup, [
            ...OF_A_SHOP,
            ...OF_A_BODY,
            ERRORS.noMockup,
            ERRORS.mockupTemplate,
            ERRORS.mockupPictures,
            ERRORS.mockupWrong,
          ]),
          409: mockupConflictSchema.meta({
            description: CONFLICTS.map(({ message }) => message).join(' Or: '),
            examples: CONFLICTS.map((error) => ({ ...shownError(error), current: EXAMPLES.mockup })),
          }),
        },
      },
    },
    async (request, reply) => {
      const outcome = await putMockup(db, shopIdOf(request), request.params.id, request.body)
      switch (outcome.kind) {
        case 'kept':
          return outcome.mockup
        case 'changed':
          return sendError(reply, ERRORS.mockupChanged, { current: outcome.current })
        case 'taken':
          return sendError(reply, ERRORS.mockupTaken, { current: outcome.current })
        case 'unknown':
          return sendError(reply, ERRORS.noMockup)
        case 'no-template':
          return sendError(reply, ERRORS.mockupTemplate)
        case 'no-pictures':
          return sendError(reply, ERRORS.mockupPictures)
        case 'wrong':
          return sendError(reply, ERRORS.mockupWrong)
      }
    },
  )
}
