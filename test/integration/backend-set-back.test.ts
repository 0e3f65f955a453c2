import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { createRecordClient, type RecordClient } from '../../src/engine/records/client.ts'
import type { DecisionRecord } from '../../src/shared/api/decisions.ts'
import type { BatchResponse, DesignRecord, HistoryPoint } from '../../src/shared/api/records.ts'
import type { Asked, Resent } from '../../src/shared/api/resent.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { copiedFolder, type SetBackBackend, startSetBackBackend, type WayBack, waysBack } from '../support/set-back.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal

for (const [how, way] of waysBack(postgres)) {
  if (typeof way === 'string') test(`set back to ${how}`, ({ skip }) => skip(way))
  else describe(`set back to ${how}`, () => behaves(way))
}

interface Workstation {
  readonly token: string
  /** Knows the history as far as it has read or written. */
  client(): RecordClient
  /** Of an answer. */
  reach(answer: Result<{ readonly rev?: number | undefined; readonly tag?: string | null | undefined }>): void
}

function workstation({ url }: SetBackBackend, token: string): Workstation {
  let history: HistoryPoint | null = null
  return {
    token,
    client: () => createRecordClient({ url, token, history }),
    reach(answer) {
      const { rev, tag } = expectOk(answer)
      if (rev !== undefined && tag !== null && tag !== undefined) history = { rev, tag }
    },
  }
}

const live = async (service: SetBackBackend, token: string): Promise<string[]> => {
  const { entries } = expectOk(await service.client(token).hashFeed(0, 100, signal))
  return entries.map(({ id }) => id).sort()
}

const store = (client: RecordClient, ...records: DesignRecord[]): Promise<Result<BatchResponse>> =>
  client.sendBatch(randomUUID(), records, signal)

const designOf = (record: DesignRecord): Resent => ({ kind: 'design', id: record.id, record })
const askOf = ({ id, uploadedAt }: DesignRecord): Asked => ({ kind: 'design', id, uploadedAt })
const resend = async (client: RecordClient, ...resent: Resent[]): Promise<string[]> =>
  expectOk(await client.sendResent(randomUUID(), resent, signal)).outcomes.map(({ status }) => status)

/** Three designs; the second takes the first one's place after the state is kept. */
const [first, second, third, later] = [1, 2, 3, 4].map((number) => sampleRecord(number)) as [
  DesignRecord,
  DesignRecord,
  DesignRecord,
  DesignRecord,
]
const replacing = {
  ...second,
  remotePath: first.remotePath,
  replaces: first.id,
  uploadedAt: '2026-01-03T00:00:00.000Z',
}

function said(id: string, decision: DecisionRecord['decision']): DecisionRecord {
  const pair = { sha256: first.fingerprint.sha256, againstSha256: second.fingerprint.sha256 }
  return { id, ...pair, designId: first.id, againstId: second.id, decision }
}

function behaves(wayBack: () => Promise<WayBack>): void {
  test('[backend set back] who knew a later state is told so at each call, also where other writes took its revs', async () => {
    await using service = await startSetBackBackend(await wayBack())
    const token = await service.addShop('shop')
    const [reader, writer] = [workstation(service, token), workstation(service, token)]
    writer.reach(await store(writer.client(), first))
    await service.keep()
    // Not a word of it, as long as nothing was lost.
    writer.reach(await store(writer.client(), second, third))
    const page = await reader.client().hashFeed(0, 2, signal)
    reader.reach(page.ok ? { ok: true, value: { rev: page.value.cursor, tag: page.value.tag } } : page)
    expectOk(await reader.client().decisionFeed(0, 10, signal))
    await service.setBack()
    const changed = { ok: false, failure: { code: 'history-changed' } }
    expect(await reader.client().hashFeed(2, 10, signal)).toMatchObject(changed)
    // Somebody who knows nothing writes on, beyond what both had known.
    for (const number of [11, 12, 13, 14]) expectOk(await store(service.client(token), sampleRecord(number)))
    for (const { client } of [reader, writer]) {
      expect(await client().hashFeed(2, 10, signal)).toMatchObject(changed)
      expect(await client().decisionFeed(2, 10, signal)).toMatchObject(changed)
      expect(await store(client(), later)).toMatchObject(changed)
    }
    expect(await live(service, token)).not.toContain(later.id)
  })

  test('[backend set back] what it lacks is told, and stored once, marked, in its place, and never as it was before', async () => {
    await using service = await startSetBackBackend(await wayBack())
    const token = await service.addShop('shop')
    const client = service.client(token)
    expectOk(await store(client, first))
    await service.keep()
    expectOk(await store(client, replacing, third))
    await service.setBack()
    const asked = [askOf(first), askOf(replacing), askOf(third)]
    expect(expectOk(await client.lacking(asked, signal)).lacking).toEqual([1, 2])
    expect(await resend(client, designOf(replacing), designOf(third))).toEqual(['created', 'created'])
    expect(await resend(client, designOf(first), designOf(replacing))).toEqual(['existing', 'existing'])
    expect(expectOk(await client.lacking(asked, signal)).lacking).toEqual([])
    expect(await live(service, token)).toEqual([replacing.id, third.id].sort())
    // It can still be taken back.
    const undone = { id: randomUUID(), designId: replacing.id, replaced: first.id }
    expectOk(await client.sendUndone(randomUUID(), [undone], signal))
    expect(await live(service, token)).toEqual([first.id, third.id].sort())
  })

  test('[backend set back] what was taken back stays so, also when a workstation that has not heard of it comes later', async () => {
    await using service = await startSetBackBackend(await wayBack())
    const token = await service.addShop('shop')
    const client = service.client(token)
    expectOk(await store(client, first, replacing))
    await service.keep()
    const undone = { id: randomUUID(), designId: replacing.id, replaced: first.id }
    expectOk(await client.sendUndone(randomUUID(), [undone], signal))
    const { gone } = expectOk(await client.hashFeed(0, 10, signal))
    const life = { id: replacing.id, uploadedAt: replacing.uploadedAt, replaced: first.id }
    expect(gone).toMatchObject([life])
    await service.setBack()
    expect(await live(service, token)).toEqual([replacing.id])
    expect(expectOk(await client.lacking([{ kind: 'gone', ...life }], signal)).lacking).toEqual([0])
    expect(await resend(client, { kind: 'gone', ...life })).toEqual(['created'])
    expect(await live(service, token)).toEqual([first.id])
    expect(await resend(client, designOf(replacing))).toEqual(['existing'])
    expect(await live(service, token)).toEqual([first.id])
    // Stored once more since, it is another life.
    const again = { ...replacing, uploadedAt: '2026-01-04T00:00:00.000Z' }
    expect(await resend(client, designOf(again), { kind: 'gone', ...life })).toEqual(['created', 'existing'])
    expect(await live(service, token)).toEqual([again.id])
  })

  test('[backend set back] a decision that was lost, or taken back, is so again; one that was made since holds', async () => {
    await using service = await startSetBackBackend(await wayBack())
    const token = await service.addShop('shop')
    const client = service.client(token)
    const [kept, back, since] = [said(randomUUID(), 'keep'), said(randomUUID(), null), said(randomUUID(), 'variant')]
    expectOk(await client.sendDecisions(randomUUID(), [kept], signal))
    await service.keep()
    expectOk(await client.sendDecisions(randomUUID(), [back], signal))
    await service.setBack()
    const decided = async () =>
      expectOk(await client.decisionFeed(0, 10, signal)).entries.map(({ decision }) => decision)
    const lost = { kind: 'decision', id: back.id, earlier: [kept.id] } as const
    const ask = async (): Promise<readonly number[]> =>
      expectOk(await client.lacking([{ ...back, ...lost }], signal)).lacking
    expect(await ask()).toEqual([0])
    expect(await resend(client, { ...lost, record: back })).toEqual(['created'])
    expect(await decided()).toEqual([null])
    await service.setBack()
    expectOk(await client.sendDecisions(randomUUID(), [since], signal))
    expect(await ask()).toEqual([])
    expect(await resend(client, { ...lost, record: back })).toEqual(['existing'])
    expect(await decided()).toEqual(['variant'])
  })
}

test('[backend set back] other shops, and what is no record, are not asked about', async () => {
  await using service = await startSetBackBackend(copiedFolder)
  const [token, stranger] = [await service.addShop('shop'), await service.addShop('another')]
  expectOk(await store(service.client(token), first))
  expect(expectOk(await service.client(stranger).lacking([askOf(first)], signal)).lacking).toEqual([0])
  const wrong = { ...designOf(first), record: { ...first, number: 0 } } as Resent
  expect(await resend(service.client(token), wrong, designOf(third))).toEqual(['rejected', 'created'])
})
