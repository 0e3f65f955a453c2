import { afterAll, describe, expect, test } from 'vitest'
import type { ClaimWish } from '../../src/shared/api/claims.ts'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal

describe('claims on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('claims on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('claims on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))
}

/** A wish of the item with that number for the artwork with that number. */
function wish(item: number, artwork: number, change: Partial<ClaimWish> = {}): ClaimWish {
  const { template, fingerprint } = sampleRecord(artwork)
  return { id: sampleRecord(item).id, template, sha256: fingerprint.sha256, copy: 0, ...change }
}

function behaves(start: () => Promise<TestBackend>): void {
  test('[same design] of those that claim a design one has it, until it lets go; the others hear who and since when', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const claim = async (...wishes: ClaimWish[]) => expectOk(await client.claim(wishes, signal))
    const begun = Date.now()
    expect(await claim(wish(1, 1), wish(2, 1), wish(2, 2))).toMatchObject([
      { status: 'granted' },
      { status: 'held', device: 'test' },
      { status: 'granted' },
    ])
    const [held] = await claim(wish(3, 1))
    expect(Math.abs(Date.parse(held?.status === 'held' ? held.since : '') - begun)).toBeLessThan(60_000)
    // Another copy, another template, another shop are others' designs.
    expect(await claim(wish(3, 1, { copy: 1 }), wish(3, 1, { template: 'Mug' }))).toMatchObject([
      { status: 'granted' },
      { status: 'granted' },
    ])
    const elsewhere = service.client(await service.addShop('other shop'))
    expect(expectOk(await elsewhere.claim([wish(3, 1)], signal))).toMatchObject([{ status: 'granted' }])
    expect(await claim(wish(1, 1))).toMatchObject([{ status: 'granted' }])
    expectOk(await client.release([wish(1, 1).id], signal))
    expect(await claim(wish(3, 1), wish(1, 1))).toMatchObject([{ status: 'granted' }, { status: 'held' }])
  })

  test('a hundred claims of one design at once are granted to one', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, item) => expectOk(await client.claim([wish(item + 1, 1)], signal))),
    )
    expect(answers.filter(([outcome]) => outcome?.status === 'granted')).toHaveLength(1)
  })

  test('what is stored is told as that, to all but the item that stored it, and its claim is over', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const claim = async (...wishes: ClaimWish[]) => expectOk(await client.claim(wishes, signal))
    await claim(wish(1, 1))
    expectOk(await client.sendBatch('k', [sampleRecord(1)], signal))
    expect(await claim(wish(2, 1), wish(1, 1), wish(2, 1, { copy: 1 }), wish(2, 1, { template: 'Mug' }))).toMatchObject(
      [
        { status: 'stored', designId: sampleRecord(1).id },
        { status: 'granted' },
        { status: 'granted' },
        { status: 'granted' },
      ],
    )
  })

  test('a person takes a design over: who had it is told so', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const claim = async (...wishes: ClaimWish[]) => expectOk(await client.claim(wishes, signal))
    await claim(wish(1, 1))
    expect(await claim(wish(2, 1, { isTaken: true }))).toMatchObject([{ status: 'granted' }])
    expect(await claim(wish(1, 1))).toMatchObject([{ status: 'held' }])
  })
}
