import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordClient } from '../../src/engine/records/client.ts'
import { batchResponseSchema, type DesignRecord } from '../../src/shared/api/records.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal

/** How a workstation is told of the first sample. */
const { id, template, number, remotePath } = sampleRecord(1)
const OTHER = { id, template, number, remotePath, device: 'test' }

describe('record service on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') it('record service on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('record service on PostgreSQL', () => behaves(() => startOn(postgres)))

  it('two services on one database migrate and store side by side, and no cursor skips a late commit', async () => {
    const url = await postgres.createDatabase()
    const [a, b] = await Promise.all([
      startBackendOn({ kind: 'postgres', url }),
      startBackendOn({ kind: 'postgres', url }),
    ])
    await using first = a
    await using second = b
    const token = await first.addShop('shop')
    await feedMissesNothing([first.client(token), second.client(token)])
  })
}

async function startOn(server: TestPostgres): Promise<TestBackend> {
  return startBackendOn({ kind: 'postgres', url: await server.createDatabase() })
}

function behaves(start: () => Promise<TestBackend>): void {
  let service: TestBackend
  let shops = 0
  beforeAll(async () => {
    service = await start()
  })
  afterAll(() => service[Symbol.asyncDispose]())

  /** A client of a new shop, and its token. */
  async function newShop(): Promise<{ client: RecordClient; token: string; name: string }> {
    const name = `shop ${++shops}`
    const token = await service.addShop(name)
    return { client: service.client(token), token, name }
  }

  function post(token: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${service.url}/v1/designs:batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  it('[record answer lost] a chunk whose answer was lost is stored once, and answered the same when sent again', async () => {
    const { client, token } = await newShop()
    const records = [sampleRecord(1), sampleRecord(2)]
    const first = await post(token, { records }, { 'idempotency-key': 'chunk-1' })
    await first.body?.cancel()
    const again = unwrap(await client.sendBatch('chunk-1', records, signal)).outcomes
    expect(again.map(({ status }) => status)).toEqual(['created', 'created'])
    expect(unwrap(await client.hashFeed(0, 10, signal)).entries).toHaveLength(2)
  })

  it('the same chunk under a new key adds nothing', async () => {
    const { client } = await newShop()
    await client.sendBatch('k1', [sampleRecord(1)], signal)
    expect(statuses(await client.sendBatch('k2', [sampleRecord(1), sampleRecord(2)], signal))).toEqual([
      'existing',
      'created',
    ])
    expect(unwrap(await client.hashFeed(0, 10, signal)).entries.map(({ number }) => number)).toEqual([1, 2])
  })

  it('a record comes back from the feed as it was sent', async () => {
    const { client } = await newShop()
    const record = sampleRecord(7)
    await client.sendBatch('k', [record], signal)
    expect(unwrap(await client.hashFeed(0, 10, signal))).toMatchObject({
      entries: [{ ...record, rev: 1 }],
      gone: [],
      cursor: 1,
      tag: expect.stringMatching(/^[0-9a-f-]{36}$/),
      more: false,
    })
  })

  it('[key with another body] a key that was used with another body is refused, and nothing of it is stored', async () => {
    const { client, token } = await newShop()
    await client.sendBatch('k', [sampleRecord(1)], signal)
    expect((await post(token, { records: [sampleRecord(2)] }, { 'idempotency-key': 'k' })).status).toBe(422)
    expect(await client.sendBatch('k', [sampleRecord(2)], signal)).toMatchObject({
      failure: { code: 'backend-rejected' },
    })
    expect(unwrap(await client.hashFeed(0, 10, signal)).entries).toHaveLength(1)
  })

  it('the order of the fields does not make it another body', async () => {
    const { token } = await newShop()
    const record = sampleRecord(1)
    const turned = Object.fromEntries(Object.entries(record).reverse())
    await post(token, { records: [record] }, { 'idempotency-key': 'k' })
    expect((await post(token, { records: [turned] }, { 'idempotency-key': 'k' })).status).toBe(200)
  })

  it('the same key many times at once stores once; whoever is not answered is told to ask again', async () => {
    const { client, token } = await newShop()
    const send = () => post(token, { records: [sampleRecord(1)] }, { 'idempotency-key': 'k' })
    const answers = await Promise.all(Array.from({ length: 8 }, send))
    const bodies = await Promise.all(answers.filter(({ status }) => status === 200).map((answer) => answer.json()))
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([])
    expect(bodies.length).toBeGreaterThan(0)
    for (const body of bodies) {
      expect(batchResponseSchema.parse(body).outcomes).toEqual([{ status: 'created', id: sampleRecord(1).id }])
    }
    expect(unwrap(await client.hashFeed(0, 10, signal)).entries).toHaveLength(1)
  })

  it('one bad record of twenty is rejected with its reason; nineteen are stored', async () => {
    const { client, token } = await newShop()
    const records: unknown[] = Array.from({ length: 20 }, (_, index) => sampleRecord(index + 1))
    records[7] = { ...sampleRecord(8), sizeBytes: -1 }
    const answer = await post(token, { records }, { 'idempotency-key': 'k' })
    const { outcomes } = batchResponseSchema.parse(await answer.json())
    expect(outcomes.filter(({ status }) => status === 'created')).toHaveLength(19)
    expect(outcomes[7]).toEqual({
      status: 'rejected',
      id: sampleRecord(8).id,
      reason: expect.stringContaining('sizeBytes'),
    })
    expect(unwrap(await client.hashFeed(0, 100, signal)).entries).toHaveLength(19)
  })

  it.each([
    ['a NUL in a name', { originalName: 'a\0b' }],
    ['half of a surrogate pair in a name', { fileName: 'a\ud800.png' }],
    ['a NUL in a hash', { fingerprint: { ...sampleRecord(1).fingerprint, luma: 'AA\0A' } }],
    ['a path too long for the index', { remotePath: `/${'€'.repeat(3000)}` }],
    ['a size that no number holds', { sizeBytes: 2 ** 60 }],
  ])('%s, which the database would refuse, does not hold its neighbour', async (_, change) => {
    const { client } = await newShop()
    const result = await client.sendBatch('k', [sampleRecord(1, change), sampleRecord(2)], signal)
    expect(statuses(result)).toEqual(['rejected', 'created'])
  })

  it('an id in capitals is the same id', async () => {
    const { client } = await newShop()
    const id = 'abcdef00-0000-4000-8000-abcdefabcdef'
    await client.sendBatch('k1', [sampleRecord(1, { id })], signal)
    const again = await client.sendBatch('k2', [sampleRecord(1, { id: id.toUpperCase() })], signal)
    expect(statuses(again)).toEqual(['existing'])
  })

  it('an id that is stored with other content is rejected, and what is stored stays', async () => {
    const { client } = await newShop()
    await client.sendBatch('k1', [sampleRecord(1)], signal)
    const refused = await client.sendBatch('k2', [sampleRecord(1, { number: 99 })], signal)
    expect(unwrap(refused).outcomes).toMatchObject([{ status: 'rejected', code: 'differs', other: OTHER }])
    expect(unwrap(await client.hashFeed(0, 10, signal)).entries.map(({ number }) => number)).toEqual([1])
  })

  it('of what has the same bytes is told which design has them, in a chunk and before it is sent', async () => {
    const { client } = await newShop()
    const [first, twin] = [sampleRecord(1), sampleRecord(2, { fingerprint: sampleRecord(1).fingerprint })]
    const stored = await client.sendBatch('k1', [first, twin, sampleRecord(3)], signal)
    expect(unwrap(stored).outcomes.map((outcome) => 'equal' in outcome && outcome.equal)).toEqual([false, OTHER, false])
    const { template, fingerprint } = first
    const wish = { id: sampleRecord(9).id, template, sha256: fingerprint.sha256, copy: 0 }
    const claimed = unwrap(await client.claim([wish], signal))
    expect(claimed).toMatchObject([{ status: 'stored', designId: OTHER.id, design: OTHER }])
  })

  it('two designs never stand at one remotePath, neither in one chunk nor from two workstations at once', async () => {
    const { client } = await newShop()
    const { remotePath } = sampleRecord(1)
    const inOne = await client.sendBatch('k1', [sampleRecord(1), sampleRecord(2, { remotePath })], signal)
    expect(statuses(inOne)).toEqual(['created', 'rejected'])
    expect(unwrap(inOne).outcomes[1]).toMatchObject({ code: 'path-taken', other: OTHER })
    const path = '/shop/one place.png'
    const chunks = [3, 4, 5, 6].map((number) => [sampleRecord(number, { remotePath: path })])
    const atOnce = await Promise.all(chunks.map((chunk, index) => client.sendBatch(`w${index}`, chunk, signal)))
    expect(atOnce.flatMap(statuses).sort()).toEqual(['created', 'rejected', 'rejected', 'rejected'])
  })

  it('a shop sees nothing of another, and may use the same ids, paths and keys', async () => {
    const [one, two] = [await newShop(), await newShop()]
    await one.client.sendBatch('k', [sampleRecord(1)], signal)
    expect(unwrap(await two.client.hashFeed(0, 10, signal)).entries).toEqual([])
    expect(statuses(await two.client.sendBatch('k', [sampleRecord(1, { sizeBytes: 5 })], signal))).toEqual(['created'])
    expect(unwrap(await one.client.hashFeed(0, 10, signal)).entries.map(({ sizeBytes }) => sizeBytes)).toEqual([
      sampleRecord(1).sizeBytes,
    ])
    expect(await two.client.shop(signal)).toEqual({ ok: true, value: { name: two.name, id: expect.any(String) } })
  })

  it('answers 401 to a missing, unknown or revoked token, before it looks at anything else', async () => {
    const { name } = await newShop()
    const added = await service.backend.addToken(name, 'second')
    const client = service.client(added?.token ?? '')
    expect(await client.shop(signal)).toMatchObject({ ok: true })
    expect(await service.backend.revokeToken(added?.tokenId ?? '')).toBe(true)
    expect(await client.shop(signal)).toMatchObject({ failure: { code: 'backend-token' } })
    expect(await service.client('galley_wrong').shop(signal)).toMatchObject({ failure: { code: 'backend-token' } })
    for (const headers of [{}, { authorization: 'Basic eDp5' }, { authorization: 'Bearer ' }]) {
      const answer = await fetch(`${service.url}/v1/designs:batch`, { method: 'POST', headers, body: 'not json' })
      expect(answer.status).toBe(401)
    }
  })

  it('keeps no token, only its hash', async () => {
    const { name, token } = await newShop()
    const listed = (await service.backend.listShops()).find((shop) => shop.name === name)
    expect(listed?.tokens).toHaveLength(1)
    expect(JSON.stringify(listed)).not.toContain(token)
  })

  it('every refusal has code, message and action', async () => {
    const { token } = await newShop()
    const key = { 'idempotency-key': 'k' }
    const refusals = await Promise.all([
      post(token, { records: [sampleRecord(1)] }),
      post(token, { records: [] }, key),
      post(token, { records: Array.from({ length: 21 }, (_, index) => sampleRecord(index + 1)) }, key),
      post(token, 'not json', key),
      post(token, '<x/>', { ...key, 'content-type': 'text/xml' }),
      post(token, { records: ['x'.repeat(600_000)] }, key),
      fetch(`${service.url}/v1/hashes?limit=0`, { headers: { authorization: `Bearer ${token}` } }),
      fetch(`${service.url}/v1/nothing`, { headers: { authorization: `Bearer ${token}` } }),
    ])
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400, 415, 413, 400, 404])
    for (const refusal of refusals) {
      const text = expect.stringMatching(/./)
      expect(await refusal.json()).toEqual({ error: { code: text, message: text, action: text } })
    }
  })

  it('the feed is read page by page to its end', async () => {
    const { client } = await newShop()
    await client.sendBatch(
      'k',
      Array.from({ length: 7 }, (_, index) => sampleRecord(index + 1)),
      signal,
    )
    const numbers: number[] = []
    for (let after = 0, more = true; more; ) {
      const page = unwrap(await client.hashFeed(after, 3, signal))
      expect(page.entries.length).toBeLessThanOrEqual(3)
      numbers.push(...page.entries.map(({ number }) => number))
      after = page.cursor
      more = page.more
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('no cursor skips a late commit while many write', async () => {
    const { client } = await newShop()
    await feedMissesNothing([client])
  })

  it('says that it is well, and describes itself', async () => {
    const health = await fetch(`${service.url}/health`)
    expect(await health.json()).toEqual({ status: 'ok' })
    const description = await (await fetch(`${service.url}/openapi.json`)).json()
    // That every route is told of is asked in src/backend/http/openapi.test.ts.
    expect(Object.keys(description.paths)).toEqual(expect.arrayContaining(['/v1/designs:batch', '/v1/events']))
  })
}

/** Writes from many sides while one reader follows the feed: what it saw is all there is, each once. */
async function feedMissesNothing(clients: readonly RecordClient[]): Promise<void> {
  const writers = 6
  const chunks = 5
  const size = 4
  const total = writers * chunks * size
  const seen: string[] = []
  const chunkOf = (writer: number, chunk: number): DesignRecord[] =>
    Array.from({ length: size }, (_, index) => sampleRecord(1 + index + size * (chunk + chunks * writer)))
  const clientOf = (writer: number): RecordClient => {
    const client = clients[writer % clients.length]
    if (client === undefined) throw new Error('no client')
    return client
  }
  const write = async (writer: number): Promise<void> => {
    for (let chunk = 0; chunk < chunks; chunk++) {
      unwrap(await clientOf(writer).sendBatch(`${writer}/${chunk}`, chunkOf(writer, chunk), signal))
    }
  }
  let writing = true
  const read = async (): Promise<void> => {
    for (let after = 0, last = false; ; ) {
      const page = unwrap(await clientOf(0).hashFeed(after, 1000, signal))
      seen.push(...page.entries.map(({ id }) => id))
      after = page.cursor
      if (last) return
      last = !writing
    }
  }
  const reader = read()
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  writing = false
  await reader
  expect(seen).toHaveLength(total)
  expect(new Set(seen).size).toBe(total)
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

function statuses(result: Awaited<ReturnType<RecordClient['sendBatch']>>): string[] {
  return unwrap(result).outcomes.map(({ status }) => status)
}
