import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { apiErrorSchema, batchResponseSchema } from '../../src/shared/api/records.ts'
import { startBackend, startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectDocumented, parseDocument } from '../support/documented.ts'
import { malformedRequests, sendRaw } from '../support/malformed.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

describe('malformed requests on PGlite', () => behaves(() => startOnPglite()))
if (typeof postgres === 'string') it('malformed requests on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('malformed requests on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))
}

const SEED = 20_261_130
/** More than a line holds while nobody reads from it. */
const LONG_BYTES = 65_536

function behaves(start: () => Promise<TestBackend>): void {
  it('of 500, of every kind and to every route, none is answered with 500, and each refusal has the one shape', async () => {
    await using service = await start()
    const token = await service.addShop('shop')
    const document = parseDocument(await (await fetch(`${service.url}/openapi.json`)).json())
    const statuses = new Map<number, number>()
    for (const request of fc.sample(malformedRequests(document, token), { numRuns: 500, seed: SEED })) {
      const { method, path, bytes, isCut } = request
      const answer = await sendRaw(service.url, request)
      const what = JSON.stringify(bytes.subarray(0, 600).toString('latin1'))
      if (answer === null) {
        expect(isCut || bytes.length > LONG_BYTES, what).toBe(true)
        continue
      }
      const { status, text } = answer
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      expect(status, what).toBeLessThan(500)
      if (status >= 400) expect(apiErrorSchema.safeParse(JSON.parse(text)).success, `${what} ${text}`).toBe(true)
      expectDocumented(document, { method, path: path.replace(/\?.*/, '') }, { status, text })
    }
    // The generator reaches what it is for, and not the door alone.
    for (const status of [200, 400, 401, 404, 413, 415]) expect(statuses.get(status), String(status)).toBeGreaterThan(0)
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
