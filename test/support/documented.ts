import { z } from 'zod'

const mediaSchema = z.object({
  schema: z.record(z.string(), z.unknown()),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.unknown()).default({}),
})
const answerSchema = z.object({ description: z.string(), content: z.record(z.string(), mediaSchema) })
const operationSchema = z.looseObject({
  summary: z.string(),
  requestBody: z.object({ content: z.record(z.string(), mediaSchema) }).optional(),
  responses: z.record(z.string(), answerSchema),
})
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })

export type ApiDocument = z.infer<typeof documentSchema>
type Media = z.infer<typeof mediaSchema>

/** What the service tells of itself; throws where a route has no summary, or an answer no content. */
export function parseDocument(told: unknown): ApiDocument {
  return documentSchema.parse(told)
}

/** Each operation with what it tells. */
export function operationsOf({ paths }: ApiDocument) {
  return Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, told]) => ({ path, method: method.toUpperCase(), ...told })),
  )
}

export function examplesOf({ schema, example, examples }: Media): unknown[] {
  const several = Object.values(examples).map((one) => z.object({ value: z.unknown() }).parse(one).value)
  const ofSchema = z.array(z.unknown()).default([]).parse(schema.examples)
  return example === undefined ? [...several, ...ofSchema] : [example, ...several]
}

export function matches({ schema }: Media, value: unknown): z.ZodSafeParseResult<unknown> {
  return z.fromJSONSchema(schema).safeParse(value)
}

/** Throws when the service does not tell of an answer that it gave. */
export function expectDocumented(
  document: ApiDocument,
  { method, path }: { readonly method: string; readonly path: string },
  { status, text }: { readonly status: number; readonly text: string },
): void {
  const isAt = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  const [, told] = Object.entries(document.paths).find(([template]) => isAt(template)) ?? []
  const operation = told?.[method.toLowerCase()]
  if (operation === undefined) return
  const [media] = Object.entries(operation.responses[status]?.content ?? {})
  if (media === undefined) throw new Error(`/openapi.json tells of no ${status} of ${method} ${path}`)
  const parsed = matches(media[1], media[0] === 'application/json' ? JSON.parse(text) : text)
  if (!parsed.success) throw new Error(`${status} of ${method} ${path}: ${parsed.error.message}`)
}

/** A fetch that holds every answer to what the service tells of itself. */
export function documentedFetch(base: string): typeof fetch {
  let document: Promise<ApiDocument> | undefined
  return async (input, init) => {
    const answer = await fetch(input, init)
    // Packed pages and streams of events are told of in their own words.
    if (answer.headers.get('content-type')?.startsWith('application/json') !== true) return answer
    document ??= fetch(`${base}/openapi.json`).then(async (told) => parseDocument(await told.json()))
    document.catch(() => {
      // The service may be gone before it could tell: the next answer asks again.
      document = undefined
    })
    const path = new URL(String(input)).pathname
    const given = { status: answer.status, text: await answer.clone().text() }
    expectDocumented(await document, { method: init?.method ?? 'GET', path }, given)
    return answer
  }
}
