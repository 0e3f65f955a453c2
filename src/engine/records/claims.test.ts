import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import type { ClaimOutcome, ClaimWish } from '../../shared/api/claims.ts'
import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { createClaims } from './claims.ts'

const MINUTE_MS = 60_000
/** How long a busy service asks to be left alone. */
const BUSY_MS = 7_000
const HELD = { status: 'held', device: 'Packing table', since: new Date(2026, 4, 6, 9, 5).toISOString() } as const

let shop: TestCatalog
beforeEach(async () => {
  shop = await openTestCatalog()
  const { catalog, shopId } = shop
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl: 'https://records' }),
  )
  await shop.addBatch('b')
})
afterEach(async () => {
  vi.useRealTimers()
  await shop[Symbol.asyncDispose]()
})

/** Claims at a service that is played: it answers by the item's id, or refuses. */
function openClaims(
  outcomeOf: (id: string) => ClaimOutcome | FailureCode,
  onCatchUp: () => Promise<unknown> = async () => undefined,
  silentSince: () => number | null = () => null,
) {
  const queue = openQueueContext(shop.catalog)
  const asked: string[][] = []
  const taken: string[] = []
  const released: string[] = []
  const claim = async (wishes: readonly ClaimWish[]) => {
    asked.push(wishes.map(({ id }) => id))
    taken.push(...wishes.flatMap(({ id, isTaken }) => (isTaken === true ? [id] : [])))
    const answers = wishes.map(({ id }) => outcomeOf(id))
    const refusal = answers.find((answer) => typeof answer === 'string')
    const extra = refusal === 'backend-busy' ? { retryAfterMs: BUSY_MS } : {}
    return refusal === undefined
      ? ok(answers.filter((answer) => typeof answer !== 'string'))
      : fail(failure(refusal, undefined, extra))
  }
  const release = async (ids: readonly string[]) => {
    released.push(...ids)
    return ok(null)
  }
  const claims = createClaims(queue.context, {
    service: async () => ok({ claim, release }),
    feed: {
      async catchUp() {
        await onCatchUp()
        return ok(null)
      },
      silentSince,
    },
    onGranted: () => undefined,
  })
  const waiting = (): Item[] => [...shop.catalog.items.ofBatch('b')].filter(({ state }) => state.stage === 'waiting')
  return {
    ...queue,
    claims,
    asked,
    taken,
    released,
    granted: () => claims.granted(waiting()).map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await claims.stop()
      queue[Symbol.dispose]()
    },
  }
}

/** The design that another workstation stored. */
function knowTheirs(): Promise<void> {
  const { catalog, shopId, templateId } = shop
  const { fingerprint } = sampleExamination
  return catalog.write(() =>
    catalog.designs.addKnown(
      { id: 'd', shopId, templateId, copy: 0, fileName: 'theirs.png', fingerprint },
      { number: 1, remotePath: '/tray/1.png', sha256: fingerprint.sha256 },
    ),
  )
}

async function addWaiting(...ids: string[]): Promise<void> {
  for (const id of ids) await shop.addItem(id, 'b', 'waiting')
}

test('nothing is sent before its claim is granted; what another workstation sends is held, with who and since when', async () => {
  await using work = openClaims((id) => (id === 'theirs' ? HELD : { status: 'granted' }))
  await addWaiting('mine', 'theirs')
  expect(work.granted()).toEqual([])
  await vi.waitFor(() => expect(work.granted()).toEqual(['mine']))
  expect(work.holds.view({ kind: 'item', itemId: 'theirs' })).toMatchObject({
    failure: {
      code: 'claimed-elsewhere',
      detail: { says: 'held-by', device: 'Packing table', since: Date.parse(HELD.since) },
    },
  })
  expect(work.asked[0]).toEqual(['mine', 'theirs'])
})

test('a claim that the other lets go is granted at a later try, and its hold is over', async () => {
  let outcome: ClaimOutcome = HELD
  await using work = openClaims(() => outcome)
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.holds.heldItemIds()).toEqual(['a']))
  outcome = { status: 'granted' }
  work.pass(5_000)
  expect(work.holds.heldItemIds()).toEqual([])
  await vi.waitFor(() => expect(work.granted()).toEqual(['a']))
  expect(work.holds.view({ kind: 'item', itemId: 'a' })).toBe(null)
})

test('what the shop has by now is compared anew, once its record is read here; a pull that came too early is not enough', async () => {
  const { catalog } = shop
  let pulls = 0
  await using work = openClaims(
    () => ({ status: 'stored', designId: 'd' }),
    async () => {
      pulls += 1
      if (pulls === 2) await knowTheirs()
    },
  )
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(catalog.items.get('a')?.state.stage).toBe('matching'))
  expect([pulls, work.granted()]).toEqual([2, []])
})

test('a service that is started anew is waited for; one that is away holds nobody up, and is asked seldom', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  let outcome: ClaimOutcome | FailureCode = 'backend-unreachable'
  await using work = openClaims(() => outcome)
  const second = async (): Promise<void> => {
    work.pass(1_000)
    await vi.advanceTimersByTimeAsync(1_000)
  }
  await addWaiting('a')
  work.granted()
  for (let seconds = 0; seconds < 10; seconds += 1) await second()
  expect(work.granted()).toEqual([])
  outcome = { status: 'granted' }
  await second()
  expect(work.granted()).toEqual(['a'])
  outcome = 'backend-unreachable'
  await addWaiting('b', 'c')
  work.granted()
  for (let seconds = 0; seconds < 22; seconds += 1) await second()
  expect(work.granted()).toEqual(['a', 'b', 'c'])
  await addWaiting('d')
  const said = vi.spyOn(work.context.log, 'info')
  const { length } = work.asked
  expect([work.granted(), await work.claims.confirm('d'), work.asked.length]).toEqual([
    ['a', 'b', 'c', 'd'],
    true,
    length,
  ])
  // What was granted to it within the two minutes is its own.
  expect(await work.claims.confirm('a')).toBe(true)
  expect(said.mock.calls).toEqual([['named without a claim', { item: 'd' }]])
  work.pass(30_001)
  outcome = { status: 'granted' }
  await addWaiting('e')
  expect(work.granted()).not.toContain('e')
  await vi.waitFor(() => expect(work.granted()).toContain('e'))
})

test.each<[string, ClaimOutcome]>([
  ['is being sent by another workstation', HELD],
  ['was stored by another workstation', { status: 'stored', designId: 'd' }],
])(
  'what was begun while the service was away is not named where it answers by then that the design %s',
  async (_, said) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    let outcome: ClaimOutcome | FailureCode = 'backend-unreachable'
    await using work = openClaims(() => outcome, knowTheirs)
    await addWaiting('a')
    work.granted()
    for (let seconds = 0; seconds < 22; seconds += 1) {
      work.pass(1_000)
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(work.granted()).toEqual(['a'])
    await shop.move('a', 'uploading')
    outcome = said
    work.pass(30_001)
    expect(await work.claims.confirm('a')).toBe(false)
  },
)

test('one that the feed has not reached for long holds up no upload; where a claim was answered since, it is waited for', async () => {
  let outcome: ClaimOutcome | FailureCode = { status: 'granted' }
  let silentSince: number | null = null
  await using work = openClaims(
    () => outcome,
    undefined,
    () => silentSince,
  )
  silentSince = work.context.clock.monotonic()
  work.pass(MINUTE_MS)
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.granted()).toEqual(['a']))
  outcome = 'backend-unreachable'
  await addWaiting('b')
  work.granted()
  await vi.waitFor(() => expect(work.asked).toHaveLength(2))
  expect(work.granted()).toEqual(['a'])
  await using late = openClaims(
    () => outcome,
    undefined,
    () => silentSince,
  )
  silentSince = late.context.clock.monotonic()
  late.pass(MINUTE_MS)
  late.granted()
  await vi.waitFor(() => expect(late.granted()).toEqual(['a', 'b']))
  expect(late.asked).toHaveLength(1)
})

test('a computer that slept asks once more before a name appears, and has lost what was granted to another', async () => {
  let outcome: ClaimOutcome | FailureCode = { status: 'granted' }
  await using work = openClaims(() => outcome)
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.granted()).toEqual(['a']))
  await shop.move('a', 'uploading')
  expect([await work.claims.confirm('a'), work.asked.length]).toEqual([true, 1])
  outcome = HELD
  work.pass(4_999)
  expect([await work.claims.confirm('a'), work.asked.length]).toEqual([true, 1])
  work.pass(5 * MINUTE_MS)
  expect([await work.claims.confirm('a'), work.asked.length]).toEqual([false, 2])
  outcome = { status: 'granted' }
  expect(await work.claims.confirm('a')).toBe(true)
  // While it lasts nobody else can have it, though the service is silent.
  outcome = 'backend-unreachable'
  work.pass(60_000)
  expect(await work.claims.confirm('a')).toBe(true)
})

test('a service that says when it may be asked again is asked no earlier', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  let outcome: ClaimOutcome | FailureCode = 'backend-busy'
  await using work = openClaims(() => outcome)
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.asked).toHaveLength(1))
  outcome = { status: 'granted' }
  work.pass(BUSY_MS)
  await vi.advanceTimersByTimeAsync(BUSY_MS - 1_000)
  expect(work.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(work.granted()).toEqual(['a'])
})

test('what is sent is renewed; what is not sent any more is let go, at once where it ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  await using work = openClaims(() => ({ status: 'granted' }))
  await addWaiting('sent', 'later', 'ended')
  work.granted()
  await vi.advanceTimersByTimeAsync(0)
  expect(work.granted()).toHaveLength(3)
  await shop.move('sent', 'uploading')
  await shop.move('ended', 'skipped')
  work.claims.settled('ended')
  await vi.advanceTimersByTimeAsync(0)
  expect(work.released).toEqual(['ended'])
  await vi.advanceTimersByTimeAsync(30_000)
  expect(work.released).toEqual(['ended', 'later'])
  expect(work.asked).toEqual([['sent', 'later', 'ended'], ['sent']])
  await shop.move('sent', 'done')
  work.claims.settled('sent')
  await vi.advanceTimersByTimeAsync(30_000)
  expect([work.released, work.asked.length]).toEqual([['ended', 'later'], 2])
})

test('a shop without a service, and what stands in doubt on the NAS, ask nobody', async () => {
  await using work = openClaims(() => HELD)
  await addWaiting('a')
  await shop.catalog.write(() =>
    shop.catalog.items.setIntent('a', { number: 1, finalName: 'UV 1.png', attempt: 1, isClaimed: false, sha256: null }),
  )
  expect([work.granted(), await work.claims.confirm('a')]).toEqual([['a'], true])
  const { catalog, shopId } = shop
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl: null }),
  )
  await addWaiting('b')
  expect([work.granted(), work.asked]).toEqual([['a', 'b'], []])
})

test('a person takes a design over: it is asked for as that, and goes on', async () => {
  await using work = openClaims((id) => (work.taken.includes(id) ? { status: 'granted' } : HELD))
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.holds.heldItemIds()).toEqual(['a']))
  await work.claims.takeOver('a')
  expect([work.taken, work.granted(), work.holds.heldItemIds()]).toEqual([['a'], [], []])
  // Who had it may have looked just before, and names its file yet.
  work.pass(10_000)
  expect(work.granted()).toEqual(['a'])
})

test('a token that is refused is asked about once, holds the records too, and keeps no file from the NAS', async () => {
  await using work = openClaims(() => 'backend-token')
  await addWaiting('a')
  work.granted()
  await vi.waitFor(() => expect(work.granted()).toEqual(['a']))
  const key = { kind: 'backend', shopId: shop.shopId } as const
  expect(work.holds.view(key)).toMatchObject({ failure: { code: 'backend-token' } })
  work.pass(60 * MINUTE_MS)
  await addWaiting('b')
  expect([work.granted(), await work.claims.confirm('b'), work.asked.length]).toEqual([['a', 'b'], true, 1])
  work.holds.lift(key)
  expect(work.granted()).toEqual(['a'])
})
