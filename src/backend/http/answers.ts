import type { z } from 'zod'
import { apiErrorSchema } from '../../shared/api/records.ts'
import { type ApiError, ERRORS, shownError } from './errors.ts'

/** What any route may answer; and one that takes a body. */
const OF_ALL = [ERRORS.invalid, ERRORS.unencrypted, ERRORS.expectation, ERRORS.tooMany, ERRORS.internal]
export const OF_A_BODY = [ERRORS.tooLarge, ERRORS.mediaType, ERRORS.unavailable]
/** Of a route that asks for the shop's token. */
export const SECURITY = [{ token: [] }]
/** What may be answered where the shop's token is asked for. */
export const OF_A_SHOP = [ERRORS.token, ERRORS.historyChanged, ERRORS.unavailable]

/** The answers of a route, each with its status, when it is given, and an example: for /openapi.json, and to hold it to
 *  them. */
export function answers<T extends z.ZodType>(schema: T, example: z.output<T>, errors: readonly ApiError[]) {
  const byStatus = Map.groupBy(new Set([...OF_ALL, ...errors]), ({ status }) => status)
  return {
    200: schema.meta({ description: 'Done', examples: [example] }),
    ...Object.fromEntries([...byStatus].map(([status, alike]) => [status, errorSchema(alike)])),
  }
}

/** A body, with an example. */
export function body<T extends z.ZodType>(schema: T, example: z.input<T>): T {
  return schema.meta({ examples: [example] })
}

function errorSchema(alike: readonly ApiError[]) {
  return apiErrorSchema.meta({
    description: alike.map(({ message }) => message).join(' Or: '),
    examples: alike.map(shownError),
  })
}
