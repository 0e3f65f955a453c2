import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import {
  putTemplateSchema,
  shopTemplateSchema,
  templateConflictSchema,
  templateIdSchema,
  templatesResponseSchema,
} from '../../shared/api/templates.ts'
import type { Tables } from '../database/tables.ts'
import type { AskingShop } from '../shops/shops.ts'
import { putTemplate, templatesOf } from '../templates/templates.ts'
import { answers, body, OF_A_BODY, OF_A_SHOP, SECURITY } from './answers.ts'
import { ERRORS, sendError, shownError } from './errors.ts'
import type { EventStreams } from './event-streams.ts'
import { EXAMPLES } from './examples.ts'

interface TemplateRouteParts {
  readonly db: Kysely<Tables>
  readonly streams: Pick<EventStreams, 'news'>
  readonly shopOf: (request: object) => AskingShop
}

const { id: _, ...EXAMPLE } = EXAMPLES.template
const CONFLICTS = [ERRORS.templateChanged, ERRORS.templateTaken]

/** The templates that all workstations of a shop have. Below the shop's routes: with its token. */
export const addTemplateRoutes: FastifyPluginAsyncZod<TemplateRouteParts> = async (app, { db, streams, shopOf }) => {
  app.get(
    '/v1/templates',
    {
      schema: {
        summary: "The shop's templates, with their revisions and places",
        security: SECURITY,
        response: answers(templatesResponseSchema, { templates: [EXAMPLES.template] }, OF_A_SHOP),
      },
    },
    async (request) => ({ templates: await templatesOf(db, shopOf(request).id) }),
  )

  app.put(
    '/v1/templates/:id',
    {
      schema: {
        summary: 'Makes a template, or changes the revision that the workstation saw',
        security: SECURITY,
        params: z.object({ id: templateIdSchema }),
        body: body(putTemplateSchema, EXAMPLE),
        response: {
          ...answers(shopTemplateSchema, EXAMPLES.template, [
            ...OF_A_SHOP,
            ...OF_A_BODY,
            ERRORS.noTemplate,
            ERRORS.templateFixed,
          ]),
          409: templateConflictSchema.meta({
            description: CONFLICTS.map(({ message }) => message).join(' Or: '),
            examples: CONFLICTS.map((error) => ({ ...shownError(error), current: EXAMPLES.template })),
          }),
        },
      },
    },
    async (request, reply) => {
      const { id: shopId, sender } = shopOf(request)
      const { judged, rev } = await putTemplate(db, shopId, request.params.id, request.body)
      if (rev !== null) streams.news(shopId, rev, sender)
      switch (judged.kind) {
        case 'kept':
          return judged.template
        case 'changed':
          return sendError(reply, ERRORS.templateChanged, { current: judged.current })
        case 'taken':
          return sendError(reply, ERRORS.templateTaken, { current: judged.current })
        case 'fixed':
          return sendError(reply, ERRORS.templateFixed)
        case 'unknown':
          return sendError(reply, ERRORS.noTemplate)
      }
    },
  )
}
