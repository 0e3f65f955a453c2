import { expect, test } from 'vitest'
import { examplesOf, matches, operationsOf, parseDocument } from '../../../test/support/documented.ts'
import { createNoDatabase } from '../../../test/support/no-database.ts'
import { createServiceMetrics } from '../metrics/service-metrics.ts'
import { addRoutes, createApp } from './app.ts'

const transport = { kind: 'loopback' } as const
const app = createApp(undefined, transport)
const routes: string[] = []
app.addHook('onRoute', ({ method, url }) => {
  for (const one of [method].flat())
    if (one !== 'HEAD') routes.push(`${one} ${url.replaceAll('::', ':').replaceAll(/\/:(\w+)/g, '/{$1}')}`)
})
const { db, queue } = createNoDatabase(() => [])
await addRoutes(app, { db, transport, metrics: createServiceMetrics(() => null), metricsToken: undefined, queue })
const document = parseDocument((await app.inject('/openapi.json')).json())
const operations = operationsOf(document)

test('every route is told of', () => {
  const told = operations.map(({ method, path }) => `${method} ${path}`)
  expect(told.sort()).toEqual(routes.sort())
  expect(told.length).toBeGreaterThan(12)
})

test.each(operations.map((told) => [told.method, told.path, told] as const))(
  '%s %s has a word for each status that it can answer, and an example that is so',
  (method, path, { responses, requestBody }) => {
    const hasBody = method === 'POST' || method === 'PUT'
    const done = responses[202] === undefined ? 200 : 202
    const every = [done, 400, 421, 429, 500, ...(hasBody ? [413, 415, 503] : [])]
    const ofShop = /^\/v1\/(?!pair)/.test(path) ? [401, 410, 503] : []
    expect(Object.keys(responses)).toEqual(expect.arrayContaining([...every, ...ofShop].map(String)))
    const contents = [...Object.values(responses), ...(requestBody === undefined ? [] : [requestBody])]
    expect(requestBody !== undefined).toBe(hasBody)
    for (const media of contents.flatMap(({ content }) => Object.values(content))) {
      const shown = examplesOf(media)
      expect(shown).not.toHaveLength(0)
      for (const one of shown) expect(matches(media, one)).toMatchObject({ success: true })
    }
    for (const { description } of Object.values(responses)) expect(description).not.toBe('Default Response')
  },
)
