import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNoDatabase } from '../../../test/support/no-database.ts'
import { apiErrorSchema } from '../../shared/api/records.ts'
import { createServiceMetrics } from '../metrics/service-metrics.ts'
import { addRoutes, createApp } from './app.ts'

const TOKEN_ROW = { id: 'shop', name: 'Shop', device: 'Desk', tokenId: 'token', isNewlySeen: false }

// What counts within a window does not depend on how fast this computer is.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** The service over a database that knows the one token, or none, and counts what it is asked. */
async function startService(isKnown: () => boolean) {
  const { db, queue, asked } = createNoDatabase(() => (isKnown() ? [TOKEN_ROW] : []))
  const transport = { kind: 'proxy', address: '2001:db8::/32' } as const
  const app = createApp(undefined, transport)
  await addRoutes(app, { db, transport, metrics: createServiceMetrics(() => null), metricsToken: undefined, queue })
  return {
    asked,
    /** Asks so often for the shop; how often which status was answered, and the last answer. */
    async ask(times: number, tokenOf: (n: number) => string, addressOf = (_n: number) => '127.0.0.1') {
      const statuses: Record<number, number> = {}
      let last: Awaited<ReturnType<typeof app.inject>> | undefined
      for (let n = 0; n < times; n++) {
        const headers = { authorization: `Bearer ${tokenOf(n)}` }
        last = await app.inject({ url: '/v1/shop', headers, remoteAddress: addressOf(n) })
        statuses[last.statusCode] = (statuses[last.statusCode] ?? 0) + 1
      }
      return { statuses, last }
    },
    health: async () => (await app.inject('/health/live')).statusCode,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

test('wrong tokens, each another one, soon do not reach the database any more, from one network of IPv6 as little as from one address', async () => {
  await using service = await startService(() => false)
  const { statuses, last } = await service.ask(
    1_000,
    (n) => `wrong-${n}`,
    (n) => `2001:db8::${n}`,
  )
  expect(statuses).toEqual({ 401: 300, 429: 700 })
  expect(service.asked()).toBe(300)
  expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
  expect(apiErrorSchema.parse(last?.json()).error.code).toBe('too-many-requests')
  expect(await service.health()).toBe(200)
  vi.setSystemTime(Date.now() + Number(last?.headers['retry-after']) * 1000)
  expect(
    (
      await service.ask(
        1,
        () => 'wrong',
        () => '2001:db8::1',
      )
    ).statuses,
  ).toEqual({ 401: 1 })
})

test('a workstation whose token is known is not held up by wrong tokens from its address, until it is revoked', async () => {
  let isKnown = true
  await using service = await startService(() => isKnown)
  await service.ask(1, () => 'good')
  isKnown = false
  await service.ask(300, (n) => `wrong-${n}`)
  isKnown = true
  expect((await service.ask(50, () => 'good')).statuses).toEqual({ 200: 50 })
  isKnown = false
  expect((await service.ask(50, () => 'good')).statuses).toEqual({ 401: 1, 429: 49 })
})

test('a program that asks in a loop is told to wait, and nobody else is', async () => {
  await using service = await startService(() => true)
  const { statuses, last } = await service.ask(3_100, () => 'loop')
  expect(statuses).toEqual({ 200: 3_001, 429: 99 })
  expect(Number(last?.headers['retry-after'])).toBe(10)
  expect((await service.ask(10, () => 'other')).statuses).toEqual({ 200: 10 })
})
