import { z } from 'zod'
import { drawingSchema, MAX_NAME, rankSchema } from '../domain/mockup.ts'
import { apiErrorSchema, storableText } from './records.ts'
import { revisionSchema, templateIdSchema } from './templates.ts'

/** A mockup of a template, as all workstations of the shop have it. Its pictures lie at the service by their SHA-256. */
const mockupContentSchema = drawingSchema.extend({
  templateId: templateIdSchema,
  /** Its own among the mockups of the template. */
  name: storableText(MAX_NAME),
  /** In which order they are shown. */
  rank: rankSchema,
})
export type MockupContent = z.infer<typeof mockupContentSchema>

export const mockupIdSchema = z.uuid().toLowerCase()

export const shopMockupSchema = mockupContentSchema.extend({
  id: mockupIdSchema,
  /** Rises with each change. */
  revision: revisionSchema.min(1),
})
export type ShopMockup = z.infer<typeof shopMockupSchema>

/** `GET /v1/mockups`: all of the shop's, by rank. */
export const mockupsResponseSchema = z.object({ mockups: z.array(shopMockupSchema) })

/** `PUT /v1/mockups/{id}`: with the revision that it changes, 0 of a new one. */
export const putMockupSchema = mockupContentSchema.extend({ revision: revisionSchema.min(0) })
export type PutMockup = z.infer<typeof putMockupSchema>

/** Nothing was changed: `current` is the mockup as the shop has it, or the other one of this name. */
export const mockupConflictSchema = apiErrorSchema.extend({ current: shopMockupSchema })
