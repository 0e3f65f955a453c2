import { describe, expect, it } from 'vitest'
import type { DesignRecord } from '../../shared/api/records.ts'
import { createRecordClient } from './client.ts'

const signal = new AbortController().signal

/** A client whose requests are answered by `answer`. */
function clientOf(answer: (request: Request) => Response | Promise<Response>, url = 'https://records.example/galley') {
  return createRecordClient({
    url,
    token: 'token',
    deadlineMs: 50,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      // A request follows the signal it was given by a weak reference: collected, it would never hear of the abort.
      init?.signal?.addEventListener('abort', () => request.url)
      return answer(request)
    },
  })
}

const refused = (status: number, headers: Record<string, string> = {}) =>
  clientOf(() => new Response('{"error":{"code":"c","message":"m","action":"a"}}', { status, headers })).shop(signal)

const networkError = (code: string) => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code }) })
}

describe('record client', () => {
  it.each([
    [400, 'backend-rejected'],
    [401, 'backend-token'],
    [403, 'backend-token'],
    [404, 'backend-unreachable'],
    [409, 'backend-busy'],
    [413, 'backend-rejected'],
    [422, 'backend-rejected'],
    [429, 'backend-busy'],
    [500, 'backend-busy'],
    [503, 'backend-busy'],
  ])('an answer of %i is the failure %s, with what the service said', async (status, code) => {
    expect(await refused(status)).toMatchObject({ ok: false, failure: { code, detail: 'c: m' } })
  })

  it('honours Retry-After in seconds, and takes no date or nonsense for a delay', async () => {
    expect(await refused(429, { 'retry-after': '7' })).toMatchObject({ failure: { retryAfterMs: 7000 } })
    const dated = await refused(503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })
    expect(dated.ok ? null : dated.failure.retryAfterMs).toBeUndefined()
  })

  it('believes no wait of more than an hour', async () => {
    expect(await refused(429, { 'retry-after': '999999999' })).toMatchObject({ failure: { retryAfterMs: 3_600_000 } })
  })

  it.each([400, 404, 413, 422])(
    '[proxy refuses] a %i in words of a proxy holds the records, and ends none',
    async (status) => {
      const client = clientOf(() => new Response('<html>Request Entity Too Large</html>', { status }))
      expect(await client.shop(signal)).toMatchObject({ failure: { code: 'backend-unreachable' } })
    },
  )

  it('a feed that has more and does not move on is an error, not asked again and again', async () => {
    const client = clientOf(() => Response.json({ entries: [], gone: [], cursor: 7, more: true }))
    expect(await client.hashFeed(6, 10, signal)).toMatchObject({ ok: true })
    expect(await client.hashFeed(7, 10, signal)).toMatchObject({ failure: { code: 'backend-unreachable' } })
    expect(await client.decisionFeed(8, 10, signal)).toMatchObject({ failure: { code: 'backend-unreachable' } })
  })

  it('says which network error it was, not just "fetch failed"', async () => {
    const result = await clientOf(() => networkError('ECONNREFUSED')).shop(signal)
    expect(result).toMatchObject({ failure: { code: 'backend-unreachable', detail: 'ECONNREFUSED' } })
  })

  it('takes the welcome page of a router, or an answer of another shape, for no backend', async () => {
    const page = await clientOf(() => new Response('<html>')).shop(signal)
    const other = await clientOf(() => Response.json({ hello: 1 })).hashFeed(0, 10, signal)
    expect(page).toMatchObject({ failure: { code: 'backend-unreachable' } })
    expect(other).toMatchObject({ failure: { code: 'backend-unreachable' } })
  })

  it('never takes fewer outcomes than records for an answer', async () => {
    const client = clientOf(() => Response.json({ outcomes: [] }))
    expect(await client.sendBatch('key', [{} as DesignRecord], signal)).toMatchObject({ ok: false })
  })

  it('ends at its deadline when the answer stops half way', async () => {
    const client = clientOf((request) => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"na'))
          request.signal.addEventListener('abort', () => controller.error(request.signal.reason))
        },
      })
      return new Response(body)
    })
    expect(await client.shop(signal)).toMatchObject({ failure: { code: 'backend-unreachable' } })
  })

  it('tells a cancelled call from a backend that does not answer', async () => {
    const stop = new AbortController()
    const client = clientOf((request) => {
      stop.abort()
      request.signal.throwIfAborted()
      return Response.json({ name: 'x' })
    })
    expect(await client.shop(stop.signal)).toMatchObject({ failure: { code: 'cancelled' } })
  })

  it.each(['http://records.example', 'http://127.0.0.1.evil.example', 'ftp://localhost', 'not an address'])(
    'sends no token to %s',
    async (url) => {
      const client = clientOf(() => Response.json({ name: 'should not be asked' }), url)
      expect(await client.shop(signal)).toMatchObject({ failure: { code: 'configuration' } })
    },
  )

  it.each([
    ['http://127.0.0.1:9/', 'http://127.0.0.1:9/v1/shop'],
    ['http://[::1]:9', 'http://[::1]:9/v1/shop'],
    ['https://records.example/galley', 'https://records.example/galley/v1/shop'],
  ])('asks %s at %s, with the token', async (url, asked) => {
    const client = clientOf((request) => {
      return Response.json({ name: `${request.url} ${request.headers.get('authorization')}`, id: 'shop' })
    }, url)
    expect(await client.shop(signal)).toEqual({ ok: true, value: { name: `${asked} Bearer token`, id: 'shop' } })
  })

  it('a token pasted with a line break is a wrong token, not a network error', async () => {
    const client = createRecordClient({ url: 'https://records.example', token: 'a\nb' })
    expect(await client.shop(signal)).toMatchObject({ failure: { code: 'backend-token' } })
  })
})
