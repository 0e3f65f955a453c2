import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { openPlayedLeases } from '../../../test/support/played-leases.ts'
import { leaseResponseSchema, MAX_LEASED, MAX_RANGES } from '../../shared/api/numbers.ts'
import { failure } from '../../shared/domain/failure.ts'
import { applyInTransaction } from '../items/context.ts'

const MUG = 'Mug'
let shop: TestCatalog
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  shop = await openTestCatalog()
  const { catalog, shopId } = shop
  const reached = { id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl: 'https://records' } as const
  await catalog.write(() => catalog.shops.saveShop(reached))
  await shop.addTemplate(MUG)
  await shop.addBatch('b')
  await shop.addBatch('mugs', 'active', 'normal', MUG)
})
afterEach(async () => {
  vi.useRealTimers()
  await shop[Symbol.asyncDispose]()
})

/** Takes so many numbers for items that are not in the catalog. */
function reserve(count: number): Promise<void> {
  const { catalog, templateId } = shop
  return catalog.write(() => {
    for (let n = 0; n < count; n += 1) catalog.numbers.reserve(templateId)
  })
}

test('the service is asked under the name that the template has for the whole shop', async () => {
  await using work = openPlayedLeases(shop, {})
  await work.leases.ensure(shop.templateId, 1, 1)
  expect(work.asked.map(({ template }) => template)).toEqual(['UVDTF 16oz'])
})

test('the leases of all templates are renewed, told at the start and given back at the end', async () => {
  await shop.addItem('a', 'b', 'waiting')
  await shop.addItem('mug', 'mugs', 'waiting')
  const work = openPlayedLeases(shop, {})
  work.leases.start()
  await vi.waitFor(() => expect(work.asked).toHaveLength(2))
  await work.pass(30_000)
  await vi.waitFor(() =>
    expect(
      work.asked
        .map(({ template }) => template)
        .slice(2)
        .sort(),
    ).toEqual([MUG, 'UVDTF 16oz']),
  )
  await work.leases.ensure(shop.templateId, 1, 0)
  await work.leases.ensure(MUG, 2, 0)
  expect([work.mine(), work.mine(MUG)]).toEqual([
    [1, 2],
    [1, 2, 3],
  ])
  await work.leases.stop()
  expect([work.mine(), work.mine(MUG)]).toEqual([[1], [1]])
})

test('a service that did not answer when a lease was to be renewed is told again when it does', async () => {
  await using work = openPlayedLeases(shop, {})
  await work.leases.ensure(shop.templateId, 1, 1)
  await shop.addItem('a', 'b', 'waiting')
  work.played.silentSince = -30_000
  await work.pass(30_000)
  expect(work.asked).toHaveLength(1)
  work.played.silentSince = null
  await work.pass(30_000)
  await vi.waitFor(() => expect(work.asked).toHaveLength(2))
})

test('an engine that ends gives back what it leased though it has no token for the service any more', async () => {
  const work = openPlayedLeases(shop, {})
  await work.leases.ensure(shop.templateId, 2, 2)
  work.played.isUnknown = true
  await work.leases.stop()
  expect(work.mine()).toEqual([])
})

test('a service that says when to come again is left alone until then', async () => {
  await using work = openPlayedLeases(shop, { refusal: { ...failure('backend-unreachable'), retryAfterMs: 9_000 } })
  for (const [afterMs, asked] of [
    [0, 1],
    [8_000, 1],
    [1_000, 2],
  ] as const) {
    await work.pass(afterMs)
    await work.leases.ensure(shop.templateId, 1, 1)
    expect(work.asked).toHaveLength(asked)
  }
})

test('a service that waits for a person is not asked', async () => {
  await using work = openPlayedLeases(shop, {})
  work.hold({ kind: 'backend', shopId: shop.shopId })
  await work.leases.ensure(shop.templateId, 1, 1)
  expect(work.asked).toEqual([])
})

test('no more is asked for at once than the service gives', async () => {
  await using work = openPlayedLeases(shop, {})
  await work.leases.ensure(shop.templateId, MAX_LEASED + 50, 0)
  expect(work.asked.map(({ wanted }) => wanted)).toEqual([MAX_LEASED])
})

test('where many files wait, a part of those is leased ahead', async () => {
  await using work = openPlayedLeases(shop, {})
  await reserve(600)
  await shop.catalog.write(() => {
    const { catalog, shopId, templateId } = shop
    for (let n = 0; n < 100; n += 1) {
      const source = { path: `/drop/${n}.png`, fileName: `${n}.png`, sizeBytes: 1, mtimeMs: 1 }
      catalog.items.add(`${n}`, 'b', shopId, templateId, n, source)
    }
  })
  await work.leases.ensure(shop.templateId, 1, 0)
  expect(work.asked.map(({ wanted }) => wanted)).toEqual([1 + 30])
})

test('a free number that is not leased is not given beside one that is', async () => {
  await using work = openPlayedLeases(shop, { others: [2] })
  await work.leases.ensure(shop.templateId, 1, 0)
  await shop.catalog.write(() => shop.catalog.numbers.grant(shop.templateId, 2, 2))
  await work.leases.ensure(shop.templateId, 2, 0)
  expect(work.mine()).toEqual([1, 3])
  expect(shop.catalog.numbers.spare(shop.templateId)).toEqual([1, 3])
})

test('what takes a design’s place asks for no number', async () => {
  await using work = openPlayedLeases(shop, {})
  await shop.addItem('a', 'b', 'matching')
  const match = { kind: 'near', against: 'design', id: 'theirs', fileName: 'a.png' } as const
  const matches = [{ ...match, phashDistance: 1, dhashDistance: 1, correlation: 1 }]
  const replaced = { type: 'decided', decision: 'replace', copy: 0, isPrepared: false } as const
  await shop.catalog.write(() => {
    applyInTransaction(shop, 'a', { type: 'matched', verdict: { kind: 'review', matches }, isPrepared: false })
    applyInTransaction(shop, 'a', replaced)
  })
  expect(shop.catalog.items.get('a')).toMatchObject({ state: { stage: 'waiting' }, reserved: null })
  await work.leases.confirm('a', undefined)
  expect(work.asked).toEqual([])
})

test('numbers that are lost later are looked for as well, and no more of them are told at once than may be', async () => {
  const many = 2 * (MAX_RANGES + 1)
  const odd = Array.from({ length: MAX_RANGES + 1 }, (_, n) => 2 * n + 1)
  await using work = openPlayedLeases(shop, { lost: [[1, many]], files: odd })
  await work.leases.ensure(shop.templateId, 1, 0)
  await vi.waitFor(() => expect(work.asked).toHaveLength(2), 20_000)
  expect([work.asked[1]?.taken.length, work.asked[1]?.looked.length]).toEqual([MAX_RANGES, MAX_RANGES])
  work.played.lost = [[1, 2]]
  await vi.waitFor(async () => {
    await work.leases.ensure(shop.templateId, work.mine().length + 1, 0)
    expect(work.listings()).toBe(2)
  })
})

test('an answer of more than a million numbers is taken for none of a service of ours', () => {
  const told = (numbers: readonly (readonly [number, number])[], lost = numbers) =>
    leaseResponseSchema.safeParse({ turn: 1, numbers, lost }).success
  expect(told([[1, 1_000_000]])).toBe(true)
  expect(told([[1, 1_000_001]], [])).toBe(false)
  expect(
    told(
      [],
      [
        [1, 500_000],
        [600_000, 1_100_001],
      ],
    ),
  ).toBe(false)
})
