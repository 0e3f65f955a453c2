import { z } from 'zod'
import { staysBelow } from '../domain/place.ts'
import { templateRulesSchema } from '../domain/shop.ts'
import { placeIdSchema } from './places.ts'
import { apiErrorSchema, storableText } from './records.ts'

/** Whole numbers of PostgreSQL's. */
const MAX_REVISION = 2_000_000_000
export const revisionSchema = z.number().int().max(MAX_REVISION)

/** A template as all workstations of the shop have it. Its code, and the folder once it is known in which place that lies, are
 *  as they were when it was made. */
export const templateContentSchema = templateRulesSchema.extend({
  name: storableText(200),
  namePattern: storableText(500).includes('{number}'),
  /** What records and claims call it, and file names. */
  code: storableText(200),
  /** Below the root of its place, whoever says so: no part of it leads elsewhere. */
  folder: storableText(600).refine(staysBelow),
  /** Null while the workstation that made it has proven none. */
  placeId: placeIdSchema.nullable(),
})
export type TemplateContent = z.infer<typeof templateContentSchema>

export const templateIdSchema = z.uuid().toLowerCase()

export const shopTemplateSchema = templateContentSchema.extend({
  id: templateIdSchema,
  /** Rises with each change. */
  revision: revisionSchema.min(1),
})
export type ShopTemplate = z.infer<typeof shopTemplateSchema>

/** `GET /v1/templates`: all of the shop's, by name. */
export const templatesResponseSchema = z.object({ templates: z.array(shopTemplateSchema) })

/** `PUT /v1/templates/{id}`: with the revision that it changes, 0 of a new one. */
export const putTemplateSchema = templateContentSchema.extend({ revision: revisionSchema.min(0) })
export type PutTemplate = z.infer<typeof putTemplateSchema>

/** Nothing was changed: `current` is the template as the shop has it, or the other one that has this name, code or folder. */
export const templateConflictSchema = apiErrorSchema.extend({ current: shopTemplateSchema })

/** Are the folders of two templates one? A place that is not known may be any. */
export function isSameFolder(one: TemplatePlace, other: TemplatePlace): boolean {
  return isSameText(one.folder, other.folder) && isSamePlace(one, other)
}

export function isSamePlace(one: Pick<TemplatePlace, 'placeId'>, other: Pick<TemplatePlace, 'placeId'>): boolean {
  return one.placeId === null || other.placeId === null || one.placeId === other.placeId
}
type TemplatePlace = Pick<TemplateContent, 'folder' | 'placeId'>

/** Would a person take the two for one, by name, code or folder? */
export function isAlikeTemplate(one: Named, other: Named): boolean {
  return isSameText(one.name, other.name) || isSameText(one.code, other.code) || isSameFolder(one, other)
}
type Named = Pick<TemplateContent, 'name' | 'code' | 'folder' | 'placeId'>

/** Whatever form of Unicode a system writes. */
function isSameText(one: string, other: string): boolean {
  return one.normalize() === other.normalize()
}
