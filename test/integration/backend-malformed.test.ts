import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { apiErrorSchema, batchResponseSchema } from '../../src/shared/api/records.ts'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

describe('malformed requests on PGlite', () => behaves(() => startBackend()))
if (typeof postgres === 'string') it('malformed requests on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('malformed requests on PostgreSQL', () =>
    behaves(async () => startBackend({ kind: 'postgres', url: await postgres.createDatabase() })))
}

const PATHS = ['/v1/designs:batch', '/v1/decisions:batch', '/v1/undone:batch', '/v1/claims', '/v1/claims:release']
const BAD_TEXTS = ['\0', 'a\0b', '\ud800', 'x\udfff', '', '\u202e', 'x'.repeat(5000)]
const BAD_VALUES: readonly unknown[] = [...BAD_TEXTS, null, -1, 1e308, 0.5, true, [], {}, [[]], { id: '\0' }]

function behaves(start: () => Promise<TestBackend>): void {
  it('of 500 none is answered with 500, each refusal has the one shape, and the service stays well', async () => {
    await using service = await start()
    const token = await service.addShop('shop')
    const random = seeded(20_261_130)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    for (let n = 0; n < 500; n++) {
      const record = spoilt({ ...sampleRecord(n + 1) }, random, pick)
      const list = pick([[record], [record, sampleRecord(n + 1000)], pick(BAD_VALUES), []])
      const body = pick([
        JSON.stringify({ [pick(['records', 'claims', 'ids', '\0'])]: list }),
        JSON.stringify(pick(BAD_VALUES)),
        '[{"a":'.repeat(50_000),
        `{"records":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`,
        JSON.stringify({ records: [record] }).slice(0, Math.floor(random() * 200)),
      ])
      const key = pick(['k', `k${n}`, 'ÿ', 'x'.repeat(300)])
      const path = pick([...PATHS, `/v1/hashes?after=${pick(['-1', 'x', '1e300', '%00'])}`, '/v1/%zz', '/%00'])
      const answer = await fetch(service.url + path, {
        method: path.includes('hashes') ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${pick([token, token, token, 'ÿ'])}`,
          'content-type': pick(['application/json', 'application/json', 'text/plain']),
          'idempotency-key': key,
        },
        ...(path.includes('hashes') ? {} : { body }),
      })
      const content: unknown = await answer.json()
      expect(answer.status, `${path} ${body.slice(0, 200)}`).toBeLessThan(500)
      if (!answer.ok) apiErrorSchema.parse(content)
    }
    expect((await fetch(`${service.url}/health`)).status).toBe(200)
  })

  it.each(['\0', '\ud800'])('a record whose id is %j is refused, and its neighbour stored', async (id) => {
    await using service = await start()
    const answer = await fetch(`${service.url}/v1/designs:batch`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await service.addShop('shop')}`,
        'content-type': 'application/json',
        'idempotency-key': 'k',
      },
      body: JSON.stringify({ records: [{ ...sampleRecord(1), id }, sampleRecord(2)] }),
    })
    expect(batchResponseSchema.parse(await answer.json()).outcomes).toMatchObject([
      { status: 'rejected', id: null },
      { status: 'created' },
    ])
  })

  it('what is no HTTP is answered in the same shape', async () => {
    await using service = await start()
    const { port, hostname } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    socket.write('\x16\x03\x01 hello\r\n\r\n')
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    apiErrorSchema.parse(JSON.parse(body))
  })
}

it('a request that is sent too slowly is ended, though it never stops', { timeout: 60_000 }, async () => {
  await using service = await startBackend()
  const { port, hostname } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const headers = ['POST /v1/pair HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 9999']
  const drip = setInterval(() => socket.write('x-a: b\r\n'), 1000)
  socket.write(`${headers.join('\r\n')}\r\n`)
  const begun = performance.now()
  apiErrorSchema.parse(JSON.parse((await text(socket)).split('\r\n\r\n')[1] ?? ''))
  clearInterval(drip)
  expect(performance.now() - begun).toBeLessThan(20_000)
})

function spoilt(record: object, random: () => number, pick: <T>(from: readonly T[]) => T): unknown {
  const changed = Object.entries(record).map(([name, value]) => [name, random() < 0.2 ? pick(BAD_VALUES) : value])
  return Object.fromEntries(random() < 0.1 ? [...changed, [pick(BAD_TEXTS), 1]] : changed)
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
