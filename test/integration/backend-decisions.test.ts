import { afterAll, describe, expect, test } from 'vitest'
import type { DecisionRecord } from '../../src/shared/api/decisions.ts'
import { startBackendOn, startOnPglite, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal

describe('decisions on PGlite', () => behaves(() => startOnPglite()))

if (typeof postgres === 'string') test('decisions on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('decisions on PostgreSQL', () =>
    behaves(async () => startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })))
}

/** What was said in the telling of that number, of artwork 1 against artwork 2 unless changed. */
function said(number: number, decision: DecisionRecord['decision'], change: Partial<DecisionRecord> = {}) {
  const [{ id }, one, other] = [sampleRecord(number), sampleRecord(1), sampleRecord(2)]
  const pair = { sha256: one.fingerprint.sha256, againstSha256: other.fingerprint.sha256 }
  return { id, ...pair, designId: one.id, againstId: other.id, decision, ...change }
}

function behaves(start: () => Promise<TestBackend>): void {
  test('what is said last of two artworks holds, and is told once more to who read it before', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const third = sampleRecord(3).fingerprint.sha256
    expectOk(await client.sendDecisions('k1', [said(1, 'keep'), said(2, 'skip', { againstSha256: third })], signal))
    const before = expectOk(await client.decisionFeed(0, 1, signal))
    expect(before).toMatchObject({ entries: [{ decision: 'keep' }], more: true })
    expectOk(await client.sendDecisions('k2', [said(3, 'variant'), said(4, null)], signal))
    const after = expectOk(await client.decisionFeed(before.cursor, 10, signal))
    expect(after.entries.map(({ decision }) => decision)).toEqual(['skip', null])
    // A design stored between them takes no rev of theirs.
    expectOk(await client.sendBatch('k3', [sampleRecord(9)], signal))
    expectOk(await client.sendDecisions('k4', [said(5, 'keep')], signal))
    const last = expectOk(await client.decisionFeed(after.cursor, 10, signal))
    expect(last.entries.map(({ decision }) => decision)).toEqual(['keep'])
  })

  test('[record answer lost] a chunk of decisions that is sent again is answered the same, and overrules nobody', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const chunk = [said(1, 'skip')]
    const first = expectOk(await client.sendDecisions('k1', chunk, signal))
    expectOk(await client.sendDecisions('colleague', [said(2, 'variant')], signal))
    expect(expectOk(await client.sendDecisions('k1', chunk, signal))).toEqual(first)
    expect(expectOk(await client.decisionFeed(0, 10, signal)).entries).toMatchObject([{ decision: 'variant' }])
    expect(expectOk(await client.sendDecisions('k2', [said(2, 'variant')], signal)).outcomes).toMatchObject([
      { status: 'existing' },
    ])
  })

  test('a decision that is none is refused and holds no other; other shops hear of neither', async () => {
    await using service = await start()
    const client = service.client(await service.addShop('shop'))
    const stranger = service.client(await service.addShop('another shop'))
    const bad = said(1, 'skip', { sha256: 'not a hash' })
    expect(expectOk(await client.sendDecisions('k', [bad, said(2, 'skip')], signal)).outcomes).toMatchObject([
      { status: 'rejected', id: bad.id, reason: expect.stringContaining('sha256') },
      { status: 'created' },
    ])
    expect(expectOk(await stranger.decisionFeed(0, 10, signal)).entries).toEqual([])
  })
}
