import { z } from 'zod'
import { fingerprintSchema } from '../domain/shop.ts'
import { storableText } from './records.ts'

export const placeIdSchema = z.uuid().toLowerCase()

/** A folder of a NAS in which designs of the shop lie, known by the mark at its root. Each workstation comes to it in its own
 *  way: by another name, another user, another path. */
export const placeSchema = z.object({
  id: placeIdSchema,
  name: z.string(),
  /** Fingerprints of the NAS, as workstations trusted it. */
  hostKeys: z.array(z.string()),
})
export type Place = z.infer<typeof placeSchema>

/** `GET /v1/places` */
export const placesResponseSchema = z.object({ places: z.array(placeSchema) })

/** `POST /v1/places`: how this workstation comes to a place that it has proven by the mark at its root. */
export const reachedPlaceSchema = z.object({
  id: placeIdSchema,
  /** Of a place that is new to the shop. */
  name: storableText(200),
  root: storableText(800).startsWith('/'),
  hostKey: fingerprintSchema,
  /** A person says that the shop has this place beside those that it had. */
  isFurther: z.boolean().default(false),
})
export type ReachedPlace = z.input<typeof reachedPlaceSchema>

export const reachedResponseSchema = z.object({
  /** `other`: the shop has places, and this is none of them: nothing was changed. */
  status: z.enum(['known', 'other']),
  places: z.array(placeSchema),
})
export type ReachedResponse = z.infer<typeof reachedResponseSchema>
