import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test, vi } from 'vitest'
import { apiErrorSchema } from '../../src/shared/api/records.ts'
import { MAX_PICTURE_BYTES } from '../../src/shared/domain/mockup-size.ts'
import { MAX_SMALL_BYTES } from '../../src/shared/domain/thumbnail.ts'
import { startBackend, startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { type GateRequest, startGate } from '../support/gate.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { startSetBackBackend, waysBack } from '../support/set-back.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

const [sshd, postgres] = await Promise.all([startSshd(), startPostgres()])
afterAll(async () => {
  await sshd[Symbol.asyncDispose]()
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

/** Answers why it cannot be had. */
const DATABASES = [
  ['PGlite', async () => startOnPglite()],
  [
    'PostgreSQL',
    async () =>
      typeof postgres === 'string'
        ? postgres
        : startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() }),
  ],
] as const

const signal = new AbortController().signal
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const picture = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(MAX_SMALL_BYTES))
const isPicture = ({ method, path }: GateRequest): boolean => method === 'PUT' && path.startsWith('/v1/blobs/')

/** A shop; the tokens of its two workstations. */
async function openTeam({ backend, addShop }: TestBackend): Promise<readonly [string, string]> {
  return [await addShop('Team'), (await backend.addToken('Team', 'ben'))?.token ?? '']
}

/** Uploads a design; the id that it has in the shop. */
async function store(shop: EngineShop): Promise<string> {
  const receipt = await shop.rest(await shop.drop(await writeDesigns(shop.drops, [1])))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(['done'])
  return (await shop.records())[0]?.id ?? ''
}

/** Waits until the workstation has the picture of a colleague's design; its file. */
async function pictureOf({ engine }: EngineShop, designId: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const path = expectOk(await engine.peer.call('thumbnail', { designId }))
      if (path === null) throw new Error('no picture')
      return path
    },
    { timeout: 90_000, interval: 50 },
  )
}

test("a colleague's design has its picture here, also after a restart and while the service is away", async () => {
  const backend = await startBackend()
  const [token, colleague] = await openTeam(backend)
  await using ana = await openEngineShop({ sshd, backend, token })
  await using ben = await openEngineShop({ sshd, backend, token: colleague, nasRoot: ana.nasRoot })
  const designId = await store(ana)
  const path = await pictureOf(ben, designId)
  const bytes = await readFile(path)
  expect(hashOf(bytes)).toBe((await ana.records())[0]?.thumbnail)
  expect(bytes.length).toBeLessThanOrEqual(MAX_SMALL_BYTES)
  const { format, height } = await sharp(bytes).metadata()
  expect([format, height >= 160]).toEqual(['webp', true])
  expect(await ben.engine.peer.call('thumbnail', { designId: randomUUID() })).toEqual({ ok: true, value: null })

  await backend[Symbol.asyncDispose]()
  await ben.restart('SIGKILL')
  expect(await ben.engine.peer.call('thumbnail', { designId })).toEqual({ ok: true, value: path })
})

test('the picture of a design that is none any more goes from the workstations that fetched it, too', async () => {
  await using backend = await startBackend()
  const [token, colleague] = await openTeam(backend)
  await using ana = await openEngineShop({ sshd, backend, token })
  await using ben = await openEngineShop({ sshd, backend, token: colleague, nasRoot: ana.nasRoot })
  const designId = await store(ana)
  const path = await pictureOf(ben, designId)
  const [mine] = await ana.records()
  if (mine === undefined) throw new Error('no record')
  const { rev: _, ...record } = mine
  const client = backend.client(token)
  const twin = sampleRecord(2, { fingerprint: record.fingerprint })
  expectOk(await client.sendBatch('k1', [twin], signal))
  expectOk(await client.sendUndone('k2', [{ id: randomUUID(), designId, twin: twin.id }], signal))
  await vi.waitFor(() => expect(readFile(path)).rejects.toThrow('ENOENT'), { timeout: 90_000 })
  expect(await client.blob(record.thumbnail ?? '', signal)).toMatchObject({ ok: false })
})

test('a picture that a service does not take, or does not answer for, keeps no record; it is sent when it can be', async () => {
  await using backend = await startBackend()
  await using gate = await startGate(backend.url)
  const [token, colleague] = await openTeam(backend)
  await using ana = await openEngineShop({ sshd, backend: { ...backend, url: gate.url }, token })
  await using ben = await openEngineShop({ sshd, backend, token: colleague, nasRoot: ana.nasRoot })
  // As an older service, which has no such route.
  gate.judgeOther = (request) => (isPicture(request) ? { status: 404 } : 'pass')
  const designId = await store(ana)
  await vi.waitFor(() => expect(gate.requests.filter(isPicture)).not.toEqual([]))
  await vi.waitFor(async () =>
    expect(await ben.engine.peer.call('thumbnail', { designId })).toMatchObject({
      failure: { code: 'backend-unreachable' },
    }),
  )

  gate.judgeOther = () => 'pass'
  const held = Promise.withResolvers<void>()
  const givenUp = Promise.withResolvers<string>()
  gate.before = (request) => {
    if (!isPicture(request)) return null
    void request.over.then(() => givenUp.resolve('given up'))
    return held.promise
  }
  const second = ana.rest(await ana.drop(await writeDesigns(ana.drops, [2]), { onSimilar: 'keep' }))
  expect(await Promise.race([second, givenUp.promise])).toMatchObject([{ outcome: 'done' }])
  expect(await ana.records()).toHaveLength(2)
  held.resolve()
  for (const { id } of await ana.records()) await pictureOf(ben, id)
})

test("pictures go with their records to a team's service, and to the one that follows it", async () => {
  await using first = await startBackend()
  await using second = await startBackend()
  await using shop = await openEngineShop({ sshd, backend: null })
  const receipt = await shop.rest(await shop.drop(await writeDesigns(shop.drops, [1])))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(['done'])
  for (const backend of [first, second]) {
    const token = await backend.addShop('Team')
    shop.secrets['backend-token'] = token
    await shop.reach({ backendUrl: backend.url })
    expectOk(await shop.engine.peer.call('resendRecords', { shopId: shop.shopId }))
    const feed = expectOk(await backend.client(token).hashFeed(0, 10, signal))
    const sha256 = feed.entries[0]?.thumbnail ?? ''
    await vi.waitFor(async () => expectOk(await backend.client(token).blob(sha256, signal)), { timeout: 20_000 })
  }
})

test('an imported design has its picture here, and one that was known already leaves none', async () => {
  await using shop = await openEngineShop({ sshd, backend: null })
  const folder = join(shop.drops, 'library')
  const [design = ''] = await writeDesigns(folder, [1])
  await copyFile(design, join(folder, 'the same.png'))
  const { templateId } = shop
  const counts = expectOk(await shop.engine.peer.call('importDesigns', { folder, templateId }))
  expect(counts).toMatchObject({ imported: 1, known: 1 })
  const thumbnails = join(shop.dataDir, 'thumbs')
  const [name = '', ...others] = await readdir(thumbnails)
  expect(others).toEqual([])

  const lookAlike = join(shop.drops, 'smaller.png')
  await sharp(design).resize(200).png().toFile(lookAlike)
  const batchId = await shop.drop([lookAlike])
  await shop.until(batchId, (items) => items[0]?.stage === 'review')
  expect((await shop.items(batchId))[0]?.matches.map(({ id }) => `${id}.thumb`)).toEqual([name])
  expect((await sharp(join(thumbnails, name)).metadata()).format).toBe('webp')
})

test.for(DATABASES)(
  'a picture on %s: kept once under its own hash, within its limit, for its shop alone',
  async ([, start], { skip }) => {
    const started = await start()
    if (typeof started === 'string') return skip(started)
    await using service = started
    const [own, other] = [await service.addShop('own'), await service.addShop('other')]
    const [client, stranger] = [service.client(own), service.client(other)]
    const bytes = picture()
    const sha256 = hashOf(bytes)
    const none = { failure: { detail: expect.stringContaining('not-found') } }
    expect(await client.blob(sha256, signal)).toMatchObject(none)
    for (let times = 0; times < 2; times++) expectOk(await client.putBlob(sha256, bytes, signal))
    expect(new Uint8Array(expectOk(await client.blob(sha256, signal)))).toEqual(bytes)
    expect(await stranger.blob(sha256, signal)).toMatchObject(none)
    expectOk(await stranger.putBlob(sha256, bytes, signal))

    const record = sampleRecord(1)
    for (const [told, status] of [
      [record, 'created'],
      [{ ...record, thumbnail: sha256 }, 'existing'],
    ] as const)
      expect(await client.sendBatch(randomUUID(), [told], signal)).toMatchObject({ value: { outcomes: [{ status }] } })

    const refused = async (name: string, body: BodyInit, headers: Record<string, string>) => {
      const answer = await fetch(`${service.url}/v1/blobs/${name}`, { method: 'PUT', body, headers })
      return [answer.status, apiErrorSchema.parse(await answer.json()).error.code]
    }
    const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/octet-stream' }
    const large = new Uint8Array(MAX_PICTURE_BYTES + 1)
    expect(await refused(hashOf(large), bytes, headers)).toEqual([422, 'other-bytes'])
    expect(await refused(hashOf(large), large, headers)).toEqual([413, 'too-large'])
    expect(await refused('A'.repeat(64), bytes, headers)).toEqual([400, 'invalid'])
    expect(await refused(sha256, '{}', { ...headers, 'content-type': 'application/json' })).toEqual([415, 'media-type'])
    expect(await refused(sha256, bytes, { 'content-type': headers['content-type'] })).toEqual([401, 'token'])
  },
)

test.for(DATABASES)(
  'on %s the picture of a design goes with the last record that tells of it, and not before',
  async ([, start], { skip }) => {
    const started = await start()
    if (typeof started === 'string') return skip(started)
    await using service = started
    const client = service.client(await service.addShop('own'))
    const [old, shared] = [picture(), picture()]
    for (const bytes of [old, shared]) expectOk(await client.putBlob(hashOf(bytes), bytes, signal))
    const has = async (bytes: Uint8Array) => (await client.blob(hashOf(bytes), signal)).ok
    const twins = [1, 2].map((n) =>
      sampleRecord(n, { fingerprint: sampleRecord(1).fingerprint, thumbnail: hashOf(shared) }),
    )
    const replaced = sampleRecord(3, { thumbnail: hashOf(old) })
    const { number, remotePath } = replaced
    const replacing = sampleRecord(4, { number, remotePath, replaces: replaced.id })
    expectOk(await client.sendBatch('k1', [...twins, replaced], signal))
    expectOk(await client.sendBatch('k2', [replacing], signal))
    const end = async (designId: string, of: { twin: string } | { replaced: string }) =>
      expectOk(await client.sendUndone(randomUUID(), [{ id: randomUUID(), designId, ...of }], signal)).outcomes[0]
        ?.status
    // The replaced one may be there again, and one of the two tells of the picture still.
    expect(await end(twins[1]?.id ?? '', { twin: twins[0]?.id ?? '' })).toBe('created')
    expect([await has(old), await has(shared)]).toEqual([true, true])
    expect(await end(replacing.id, { replaced: replaced.id })).toBe('created')
    expect(await has(old)).toBe(true)

    const beside = { number: twins[0]?.number ?? 0, remotePath: twins[0]?.remotePath ?? '' }
    const last = sampleRecord(5, { ...beside, replaces: twins[0]?.id ?? '', thumbnail: hashOf(shared) })
    const over = sampleRecord(6, { ...beside, replaces: last.id })
    expectOk(await client.sendBatch('k3', [last], signal))
    expectOk(await client.sendBatch('k4', [over], signal))
    expect(await end(over.id, { replaced: last.id })).toBe('created')
    expect(await has(shared)).toBe(true)
    expect(await end(last.id, { replaced: twins[0]?.id ?? '' })).toBe('created')
    expect(await has(shared)).toBe(true)
    const gone = {
      kind: 'gone',
      id: twins[0]?.id ?? '',
      uploadedAt: twins[0]?.uploadedAt ?? '',
      replaced: null,
    } as const
    expectOk(await client.sendResent('k5', [gone], signal))
    expect([await has(old), await has(shared)]).toEqual([true, false])
  },
)

test.for(waysBack(postgres))('pictures are in what is kept of the database: %s', async ([, way], { skip }) => {
  if (typeof way === 'string') return skip(way)
  await using backend = await startSetBackBackend(await way())
  const client = backend.client(await backend.addShop('Team'))
  const [before, after] = [picture(), picture()]
  expectOk(await client.putBlob(hashOf(before), before, signal))
  await backend.keep()
  expectOk(await client.putBlob(hashOf(after), after, signal))
  await backend.setBack()
  expect(new Uint8Array(expectOk(await client.blob(hashOf(before), signal)))).toEqual(before)
  expect(await client.blob(hashOf(after), signal)).toMatchObject({ ok: false })
})
