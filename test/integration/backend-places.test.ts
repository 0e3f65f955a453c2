import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import type { ReachedPlace } from '../../src/shared/api/places.ts'
import type { DesignRecord } from '../../src/shared/api/records.ts'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal
const nas = randomUUID()

describe('places on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('places on PostgreSQL', ({ skip }) => skip(postgres))
else
  describe('places on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))

function reached(root: string, change: Partial<ReachedPlace> = {}): ReachedPlace {
  return { id: nas, name: 'nas /designs', root, hostKey: 'SHA256:nas', ...change }
}

/** A shop with the workstations `lan` and `vpn`. */
async function openShop(service: TestBackend) {
  expect(await service.backend.addShop('shop', 'lan')).not.toBeNull()
  const clientOf = async (device: string) =>
    service.client((await service.backend.addToken('shop', device))?.token ?? '')
  const [lan, vpn] = [await clientOf('lan'), await clientOf('vpn')]
  let chunks = 0
  const send = async (client: typeof lan, ...records: DesignRecord[]) =>
    expectOk(await client.sendBatch(`chunk ${chunks++}`, records, signal)).outcomes.map(({ status }) => status)
  const feed = async (after = 0) => expectOk(await lan.hashFeed(after, 1000, signal)).entries
  const where = async () =>
    Object.fromEntries(
      (await feed()).map(({ number, placeId, path }) => [number, placeId === undefined ? null : `${placeId} ${path}`]),
    )
  const listing = async () => (await service.backend.listPlaces())[0]
  return { lan, vpn, send, feed, where, listing }
}

/** As a workstation from before there were places sends it. */
function oldRecord(number: number, root: string, change: Partial<DesignRecord> = {}): DesignRecord {
  return sampleRecord(number, { remotePath: `${root}/Shop/Mug/${number}.png`, ...change })
}

function newRecord(number: number, root: string, change: Partial<DesignRecord> = {}): DesignRecord {
  return oldRecord(number, root, { placeId: nas, path: `Shop/Mug/${number}.png`, ...change })
}

function behaves(start: () => Promise<TestBackend>): void {
  test("the first place that is told of is the shop's; another one is refused until a person says that it is a further one", async () => {
    await using service = await start()
    const { lan, vpn, listing } = await openShop(service)
    expect(expectOk(await lan.places(signal))).toEqual([])
    expect(expectOk(await lan.reachPlace(reached('/volume1/designs'), signal)).status).toBe('known')
    expect(expectOk(await vpn.reachPlace(reached('/designs', { hostKey: 'SHA256:by name' }), signal)).status).toBe(
      'known',
    )
    const other = { id: randomUUID(), name: 'other' }
    expect(expectOk(await vpn.reachPlace(reached('/elsewhere', other), signal))).toMatchObject({
      status: 'other',
      places: [{ id: nas, name: 'nas /designs', hostKeys: ['SHA256:nas', 'SHA256:by name'] }],
    })
    expect(expectOk(await lan.places(signal))).toHaveLength(1)
    expectOk(await vpn.reachPlace(reached('/elsewhere', { ...other, isFurther: true }), signal))
    expect(await listing()).toMatchObject({
      places: [
        {
          id: nas,
          ways: [
            { device: 'lan', root: '/volume1/designs' },
            { device: 'vpn', root: '/designs' },
          ],
        },
        { id: other.id, ways: [{ device: 'vpn', root: '/elsewhere' }] },
      ],
    })
  })

  test('of two workstations that tell of a first place at once, one makes it', async () => {
    await using service = await start()
    const { lan, vpn } = await openShop(service)
    const tell = async (client: typeof lan) =>
      expectOk(await client.reachPlace(reached('/a', { id: randomUUID() }), signal)).status
    expect((await Promise.all([tell(lan), tell(vpn)])).sort()).toEqual(['known', 'other'])
  })

  test('old records are assigned by the root of the workstation that sent them, are read once more, and what fits none is listed', async () => {
    await using service = await start()
    const { lan, vpn, send, feed, where, listing } = await openShop(service)
    await send(lan, ...Array.from({ length: 20 }, (_, n) => oldRecord(n + 1, '/volume1/designs')))
    await send(vpn, oldRecord(30, '/designs'), oldRecord(31, '/old root'))
    const [before] = (await feed()).slice(-1)
    expectOk(await lan.reachPlace(reached('/volume1/designs'), signal))
    expect(await feed(before?.rev)).toHaveLength(20)
    expect(await where()).toMatchObject({
      1: `${nas} Shop/Mug/1.png`,
      20: `${nas} Shop/Mug/20.png`,
      30: null,
      31: null,
    })
    expect(await listing()).toMatchObject({ unplaced: 2 })

    expectOk(await vpn.reachPlace(reached('/designs'), signal))
    expect(await where()).toMatchObject({ 30: `${nas} Shop/Mug/30.png`, 31: null })
    expect(await listing()).toMatchObject({ unplaced: 1, unplacedIn: [{ folder: '/old root/Shop/Mug', records: 1 }] })
    const [last] = (await feed()).slice(-1)
    expectOk(await vpn.reachPlace(reached('/designs'), signal))
    expect(await feed(last?.rev)).toEqual([])
  })

  test('a path that two places could be meant by goes by who sent it', async () => {
    await using service = await start()
    const { lan, vpn, send, where, listing } = await openShop(service)
    const other = randomUUID()
    expectOk(await lan.reachPlace(reached('/designs'), signal))
    expectOk(await vpn.reachPlace(reached('/designs', { id: other, isFurther: true }), signal))
    expect(await send(lan, oldRecord(1, '/designs'))).toEqual(['created'])
    // The same path is another file at another NAS.
    expect(await send(vpn, oldRecord(2, '/designs', { remotePath: '/designs/Shop/Mug/1.png' }))).toEqual(['created'])
    expect(await where()).toEqual({ 1: `${nas} Shop/Mug/1.png`, 2: `${other} Shop/Mug/1.png` })
    const third = service.client((await service.backend.addToken('shop', 'third'))?.token ?? '')
    await send(third, oldRecord(3, '/designs'))
    expect(await where()).toMatchObject({ 3: null })
    expect(await listing()).toMatchObject({ unplaced: 1 })
  })

  test('a file that was replaced by another way there is one design, not two', async () => {
    await using service = await start()
    const { lan, vpn, send, where } = await openShop(service)
    expectOk(await lan.reachPlace(reached('/volume1/designs'), signal))
    await send(lan, newRecord(1, '/volume1/designs'))
    const by = (change: Partial<DesignRecord>) =>
      newRecord(2, '/designs', { number: 1, path: 'Shop/Mug/1.png', ...change })
    expect(await send(vpn, by({}))).toEqual(['rejected'])
    expect(await send(vpn, newRecord(3, '/designs', { path: 'Shop/../../other/3.png' }))).toEqual(['rejected'])
    expect(await send(vpn, by({ replaces: sampleRecord(1).id }))).toEqual(['created'])
    expect(await where()).toEqual({ 1: `${nas} Shop/Mug/1.png` })

    // What was replaced before its place was known ends as well.
    await send(vpn, oldRecord(5, '/old root'))
    expect(await send(lan, newRecord(6, '/volume1/designs', { replaces: sampleRecord(5).id }))).toEqual(['created'])
    expect(Object.keys(await where())).toEqual(['1', '6'])
  })

  test('a record that has a place by now is the one that was sent without it', async () => {
    await using service = await start()
    const { lan, send } = await openShop(service)
    await send(lan, oldRecord(1, '/volume1/designs'))
    expectOk(await lan.reachPlace(reached('/volume1/designs'), signal))
    expect(await send(lan, oldRecord(1, '/volume1/designs'))).toEqual(['existing'])
    const resent = { kind: 'design', id: sampleRecord(1).id, record: oldRecord(1, '/volume1/designs') } as const
    const { outcomes } = expectOk(await lan.sendResent('again', [resent], signal))
    expect(outcomes).toMatchObject([{ status: 'existing' }])
  })
}
