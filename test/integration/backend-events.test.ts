import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { startGate } from '../support/gate.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { startSshd } from '../support/sshd.ts'

const [sshd, backend] = await Promise.all([startSshd(), startBackend()])
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await sshd[Symbol.asyncDispose]()
})

const patience = { timeout: 20_000 }

/** A shop with two workstations: their tokens, and the id of the second one's. */
async function openTeam(of: TestBackend = backend) {
  const name = `team ${randomUUID()}`
  const ana = await of.addShop(name)
  const ben = await of.backend.addToken(name, 'ben')
  if (ben === null) throw new Error('no shop')
  return { ana, ben: ben.token, benTokenId: ben.tokenId }
}

/** Hears of news until the stream ends. */
function hear(token: string, lastRev: number | null = null, of: TestBackend = backend) {
  const revs: number[] = []
  const controller = new AbortController()
  const ended = of.client(token).news(lastRev, (rev) => revs.push(rev), controller.signal)
  return { revs, ended, end: () => controller.abort() }
}

const post = async (token: string, number: number): Promise<void> => {
  const record = sampleRecord(number)
  expectOk(await backend.client(token).sendBatch(randomUUID(), [record], AbortSignal.timeout(20_000)))
}

describe('news', () => {
  test('a hundred workstations hear of each of fifty chunks, once and in order; who stored them does not', async () => {
    const { ana, ben } = await openTeam()
    const own = hear(ana)
    const others = Array.from({ length: 100 }, () => hear(ben))
    await vi.waitFor(() => expect([own, ...others].every(({ revs }) => revs.length === 1)).toBe(true), patience)
    for (let n = 1; n <= 50; n++) await post(ana, n)
    const all = Array.from({ length: 51 }, (_, rev) => rev)
    await vi.waitFor(() => expect(others.every(({ revs }) => revs.length >= all.length)).toBe(true), patience)
    for (const { revs } of others) expect(revs).toEqual(all)
    expect(own.revs).toEqual([0])
    for (const one of [own, ...others]) one.end()
    await Promise.all([own, ...others].map(({ ended }) => ended))
  })

  test('two engines with one token, of a data folder that was copied, hear of each other and not of themselves', async () => {
    const { ana } = await openTeam()
    const [one, copy] = ['one', 'copy'].map((sender) => {
      const client = createRecordClient({ url: backend.url, token: ana, sender })
      const revs: number[] = []
      const controller = new AbortController()
      const ended = client.news(null, (rev) => revs.push(rev), controller.signal)
      return { client, revs, ended, controller }
    })
    if (one === undefined || copy === undefined) throw new Error('two')
    await vi.waitFor(() => expect([one.revs, copy.revs]).toEqual([[0], [0]]), patience)
    for (const [client, number] of [
      [one.client, 1],
      [copy.client, 2],
    ] as const) {
      expectOk(await client.sendBatch(randomUUID(), [sampleRecord(number)], AbortSignal.timeout(20_000)))
    }
    await vi.waitFor(
      () =>
        expect([one.revs, copy.revs]).toEqual([
          [0, 2],
          [0, 1],
        ]),
      patience,
    )
    for (const { controller } of [one, copy]) controller.abort()
    await Promise.all([one.ended, copy.ended])
  })

  test('who comes back hears at once that it missed something, and nothing where it did not', async () => {
    const { ana, ben } = await openTeam()
    await post(ana, 1)
    const [missed, current] = [hear(ben, 0), hear(ben, 1)]
    await vi.waitFor(() => expect(missed.revs).toEqual([1]), patience)
    await post(ana, 2)
    await vi.waitFor(() => expect(current.revs).toEqual([2]), patience)
    for (const one of [missed, current]) one.end()
  })

  test('a stream ends with its token, and with the service, which waits for none', async () => {
    const own = await startBackend()
    const { ana, ben, benTokenId } = await openTeam(own)
    const [kept, revoked] = [hear(ana, null, own), hear(ben, null, own)]
    await vi.waitFor(() => expect([kept.revs, revoked.revs]).toEqual([[0], [0]]), patience)
    expect(await own.backend.revokeToken(benTokenId)).toBe(true)
    expect(await revoked.ended).toEqual({ ok: true, value: null })
    expect(await hear(ben, null, own).ended).toMatchObject({ failure: { code: 'backend-token' } })
    await own[Symbol.asyncDispose]()
    expect(await kept.ended).toEqual({ ok: true, value: null })
  })
})

test('what one workstation stores, another knows without being asked; behind a proxy that gathers, at its next drop', async () => {
  const { ana: token, ben: benToken } = await openTeam()
  await using gate = await startGate(backend.url)
  await using ana = await openEngineShop({ sshd, backend, token })
  const parts = { sshd, token: benToken, nasRoot: ana.nasRoot }
  await using ben = await openEngineShop({ ...parts, backend })
  await using cut = await openEngineShop({ ...parts, backend: { ...backend, url: gate.url } })
  const count = async ({ engine }: typeof ben): Promise<number | undefined> =>
    expectOk(await engine.peer.call('listShops', null))[0]?.designCount
  await vi.waitFor(() => expect(gate.requests.some(({ path }) => path === '/v1/events')).toBe(true), patience)
  const designs = await writeDesigns(ana.drops, [1, 2, 3])
  await ana.rest(await ana.drop(designs))
  // Without news it would be a minute.
  await vi.waitFor(async () => expect(await count(ben)).toBe(3), patience)
  expect(await count(cut)).toBe(0)
  expect((await cut.rest(await cut.drop(designs))).map(({ outcome }) => outcome)).toEqual(designs.map(() => 'skipped'))
})
