import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import type { RecordClient } from '../../src/engine/records/client.ts'
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

describe('replacements taken back on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('replacements taken back on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('replacements taken back on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))
}

const old = sampleRecord(1)
/** Stands where the old one stood. */
const replacing = sampleRecord(2, { number: 1, remotePath: old.remotePath, replaces: old.id })
const undone = { id: randomUUID(), designId: replacing.id, replaced: old.id }

async function replacedShop(service: TestBackend): Promise<RecordClient> {
  const client = service.client(await service.addShop('shop'))
  expectOk(await client.sendBatch('k1', [old], signal))
  expectOk(await client.sendBatch('k2', [replacing], signal))
  return client
}

async function idsAfter(client: RecordClient, cursor: number) {
  const { entries, gone } = expectOk(await client.hashFeed(cursor, 10, signal))
  return { entries: entries.map(({ id }) => id), gone: gone.map(({ id }) => id) }
}

function behaves(start: () => Promise<TestBackend>): void {
  test('the old record is there again as it was, and who had read of the new one hears that it is gone', async () => {
    await using service = await start()
    const client = await replacedShop(service)
    const { cursor } = expectOk(await client.hashFeed(0, 10, signal))
    expect(expectOk(await client.sendUndone('k3', [undone], signal)).outcomes).toMatchObject([{ status: 'created' }])
    expect(await idsAfter(client, cursor)).toEqual({ entries: [old.id], gone: [replacing.id] })
    const [entry] = expectOk(await client.hashFeed(0, 10, signal)).entries
    const { rev: _, ...record } = entry ?? { rev: 0 }
    expect(record).toEqual(old)
  })

  test('a page that ends between the two is read on from there', async () => {
    await using service = await start()
    const client = await replacedShop(service)
    const { cursor } = expectOk(await client.hashFeed(0, 10, signal))
    expectOk(await client.sendUndone('k3', [undone], signal))
    const first = expectOk(await client.hashFeed(cursor, 1, signal))
    expect(first).toMatchObject({ entries: [], gone: [{ id: replacing.id }], more: true })
    expect(await idsAfter(client, first.cursor)).toEqual({ entries: [old.id], gone: [] })
  })

  test('[record answer lost] told twice it is taken back once, and a design that replaces again is none that is gone', async () => {
    await using service = await start()
    const client = await replacedShop(service)
    expectOk(await client.sendUndone('k3', [undone], signal))
    expectOk(await client.sendUndone('k3', [undone], signal))
    const again = await client.sendUndone('k4', [{ ...undone, id: randomUUID() }], signal)
    expect(expectOk(again).outcomes).toMatchObject([{ status: 'existing' }])
    expect(expectOk(await client.sendBatch('k5', [replacing], signal)).outcomes).toMatchObject([{ status: 'created' }])
    expect(await idsAfter(client, 0)).toEqual({ entries: [replacing.id], gone: [] })
    expectOk(await client.sendUndone('k6', [{ ...undone, id: randomUUID() }], signal))
    expect(await idsAfter(client, 0)).toEqual({ entries: [old.id], gone: [replacing.id] })
  })

  test('a design that replaced another one, or none, stays', async () => {
    await using service = await start()
    const client = await replacedShop(service)
    const other = sampleRecord(3)
    expectOk(await client.sendBatch('k3', [other], signal))
    const { outcomes } = expectOk(
      await client.sendUndone(
        'k4',
        [
          { ...undone, designId: other.id },
          { ...undone, replaced: other.id },
        ],
        signal,
      ),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await idsAfter(client, 0)).entries).toEqual([replacing.id, other.id])
  })

  test('of a design from before Galley there is no record to come back: the new one is gone all the same', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    expectOk(await client.sendBatch('k1', [replacing], signal))
    expectOk(await client.sendUndone('k2', [undone], signal))
    expect(await idsAfter(client, 0)).toEqual({ entries: [], gone: [replacing.id] })
  })

  test('two replacements in a row, stored in one chunk, are taken back one after the other', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const third = sampleRecord(3, { number: 1, remotePath: old.remotePath, replaces: replacing.id })
    expectOk(await client.sendBatch('k1', [old, replacing, third], signal))
    expectOk(
      await client.sendUndone('k2', [{ id: randomUUID(), designId: third.id, replaced: replacing.id }, undone], signal),
    )
    expect(await idsAfter(client, 0)).toEqual({ entries: [old.id], gone: [third.id, replacing.id] })
  })

  test('one of two with the same bytes ends while the other stands, and no more than one of them ever', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const [mine, theirs] = [sampleRecord(4), twinOf(sampleRecord(5), sampleRecord(4))]
    const sent = expectOk(await client.sendBatch('k1', [theirs, mine, replacing], signal))
    expect(sent.outcomes).toMatchObject([{}, { status: 'created', equal: { id: theirs.id } }, {}])
    const end = async (designId: string, twin: string) =>
      expectOk(await client.sendUndone(randomUUID(), [{ id: randomUUID(), designId, twin }], signal)).outcomes[0]
        ?.status
    // Itself, one with other bytes, one that is not there.
    for (const twin of [mine.id, replacing.id, randomUUID()]) expect(await end(mine.id, twin)).toBe('rejected')
    expect(await end(mine.id, theirs.id)).toBe('created')
    expect(await end(mine.id, theirs.id)).toBe('existing')
    expect(await end(theirs.id, mine.id)).toBe('rejected')
    expect(await idsAfter(client, 0)).toEqual({ entries: [theirs.id, replacing.id], gone: [mine.id] })

    // Stored again, it is another life of it.
    const again = { ...mine, uploadedAt: new Date(Date.parse(mine.uploadedAt) + 1000).toISOString() }
    expectOk(await client.sendBatch('k2', [again], signal))
    expect(await idsAfter(client, 0)).toEqual({ entries: [theirs.id, replacing.id, mine.id], gone: [] })
  })

  test('[stored by both] one that a person found to look the same ends as well, while the other stands in its template', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const [mine, theirs, elsewhere] = [sampleRecord(4), sampleRecord(5), sampleRecord(6, { template: 'Mug' })]
    expectOk(await client.sendBatch('k1', [theirs, mine, elsewhere], signal))
    const end = async (designId: string, twin: string) => {
      const over = { id: randomUUID(), designId, twin, isAlike: true }
      return expectOk(await client.sendUndone(randomUUID(), [over], signal)).outcomes[0]?.status
    }
    for (const twin of [mine.id, elsewhere.id, randomUUID()]) expect(await end(mine.id, twin)).toBe('rejected')
    expect(await end(mine.id, theirs.id)).toBe('created')
    expect(await end(theirs.id, mine.id)).toBe('rejected')
    expect(await idsAfter(client, 0)).toEqual({ entries: [theirs.id, elsewhere.id], gone: [mine.id] })
  })

  test('two that take back their copies at one moment lose one of them', async () => {
    await using service = await start()
    const token = await service.addShop('shop')
    const [one, other] = [sampleRecord(4), twinOf(sampleRecord(5), sampleRecord(4))]
    expectOk(await service.client(token).sendBatch('k1', [one, other], signal))
    const ended = await Promise.all(
      [
        [one.id, other.id],
        [other.id, one.id],
      ].map(async ([designId = '', twin = '']) => {
        const sent = await service
          .client(token)
          .sendUndone(randomUUID(), [{ id: randomUUID(), designId, twin }], signal)
        return expectOk(sent).outcomes[0]?.status
      }),
    )
    expect(ended.sort()).toEqual(['created', 'rejected'])
    expect((await idsAfter(service.client(token), 0)).entries).toHaveLength(1)
  })

  test('what names neither what is there again nor what stays, or both, is refused', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    expectOk(await client.sendBatch('k1', [old], signal))
    const bare = { id: randomUUID(), designId: old.id }
    const sent = await client.sendUndone('k2', [bare, { ...bare, replaced: replacing.id, twin: replacing.id }], signal)
    expect(expectOk(sent).outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
}

/** The same bytes, elsewhere. */
function twinOf(design: DesignRecord, { fingerprint, storedSha256 }: DesignRecord): DesignRecord {
  return { ...design, fingerprint, storedSha256 }
}
