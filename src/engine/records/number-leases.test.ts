import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../../../test/support/catalog.ts'
import { openPlayedLeases, type Played } from '../../../test/support/played-leases.ts'

let shop: TestCatalog
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  shop = await openTestCatalog()
  await reach('https://records')
  await shop.addBatch('b')
})
afterEach(async () => {
  vi.useRealTimers()
  await shop[Symbol.asyncDispose]()
})

function reach(backendUrl: string | null): Promise<void> {
  const { catalog, shopId } = shop
  return catalog.write(() => catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: null, backendUrl }))
}

const openLeases = (played: Played = {}) => openPlayedLeases(shop, played)

/** The numbers of the batch's items, in its order. */
function numbers(): (number | null)[] {
  return Array.from(shop.catalog.items.ofBatch('b'), ({ reserved }) => reserved)
}

async function addWaiting(...ids: string[]): Promise<void> {
  for (const id of ids) await shop.addItem(id, 'b', 'waiting')
}

/** The item is not to be sent any more. */
async function drop(id: string): Promise<void> {
  const { catalog, templateId } = shop
  const number = catalog.items.get(id)?.reserved ?? 0
  await shop.move(id, 'skipped')
  await catalog.write(() => {
    catalog.numbers.free(templateId, number)
    catalog.items.setReserved(id, null)
  })
}

function promise(id: string, number: number): Promise<void> {
  const intent = { number, finalName: `UV ${number}.png`, attempt: 1, isClaimed: false, sha256: null }
  return shop.catalog.write(() => shop.catalog.items.setIntent(id, intent))
}

test('numbers are leased in one question for as many items as are ready, and those of others are left out', async () => {
  await using work = openLeases({ others: [2, 3] })
  for (const id of ['a', 'b', 'c']) await shop.addItem(id, 'b', 'matching')
  await work.leases.ensure(shop.templateId, 1, 1)
  for (const id of ['a', 'b', 'c']) {
    await work.leases.ensure(shop.templateId, 1, 1)
    await shop.move(id, 'waiting')
    await work.leases.confirm(id, undefined)
  }
  expect([numbers(), work.asked.length]).toEqual([[1, 4, 5], 1])
})

test('of many that are still to be compared, a block is leased ahead, and none for what turned out to be a duplicate', async () => {
  await using work = openLeases()
  for (let n = 0; n < 40; n += 1) await shop.addItem(`${n}`, 'b', n < 20 ? 'matching' : 'accepted')
  await work.leases.ensure(shop.templateId, 0, 20)
  expect(work.asked).toEqual([])
  await work.leases.ensure(shop.templateId, 7, 20)
  expect(work.mine()).toHaveLength(27)
  for (let n = 0; n < 20; n += 1) await shop.move(`${n}`, n < 7 ? 'waiting' : 'skipped')
  await work.leases.ensure(shop.templateId, 20, 20)
  expect([work.mine().length, work.asked.length]).toEqual([27, 1])
})

test('nothing is leased ahead for what a person has paused', async () => {
  await using work = openLeases()
  await shop.addBatch('paused', 'paused')
  for (let n = 0; n < 5; n += 1) await shop.addItem(`paused ${n}`, 'paused', 'matching')
  await work.leases.ensure(shop.templateId, 1, 1)
  expect(work.mine()).toEqual([1])
})

test('a number that was taken beyond those that are leased is settled before its name', async () => {
  await using work = openLeases()
  await work.leases.ensure(shop.templateId, 1, 1)
  work.played.others = [2]
  await addWaiting('a', 'b')
  await work.leases.confirm('b', undefined)
  expect(numbers()).toEqual([1, 3])
})

test('a shop whose records are kept here asks nobody', async () => {
  await using work = openLeases()
  await reach(null)
  await work.leases.ensure(shop.templateId, 1, 1)
  await addWaiting('a')
  await work.leases.confirm('a', undefined)
  expect([numbers(), work.asked]).toEqual([[1], []])
})

test('while the service is away numbers are taken without it, and it is left alone for a while; then it is settled whose they are', async () => {
  await using work = openLeases({ isAway: true })
  await work.leases.ensure(shop.templateId, 3, 3)
  await addWaiting('a', 'b', 'c')
  await promise('b', 2)
  for (const id of ['a', 'b', 'c']) await work.leases.confirm(id, undefined)
  expect([numbers(), work.asked.length]).toEqual([[1, 2, 3], 1])
  // Of the one that was promised it was said then.
  expect(work.unleased).toEqual(['a', 'c'])
  work.played.isAway = false
  work.played.others = [1, 2]
  await work.pass(5_000)
  await work.leases.confirm('b', undefined)
  expect(work.asked).toHaveLength(1)
  await work.leases.confirm('a', undefined)
  // Under the name that was promised its file may stand already.
  expect(numbers()).toEqual([4, 2, 3])
  expect(work.unleased).toEqual(['a', 'c'])
})

test('a service that the feed has not reached for long is not asked', async () => {
  await using work = openLeases({ silentSince: 0 })
  await work.pass(19_000)
  await work.leases.ensure(shop.templateId, 1, 1)
  expect(work.asked).toHaveLength(1)
  await work.pass(1_001)
  await work.leases.ensure(shop.templateId, 100, 100)
  expect(work.asked).toHaveLength(1)
})

test('a number that another workstation got while the computer slept is not used; what is renewed is not asked for again', async () => {
  await using work = openLeases()
  await work.leases.ensure(shop.templateId, 2, 2)
  await addWaiting('a', 'b')
  for (let minute = 0; minute < 3; minute += 1) await work.pass(60_000)
  const renewed = work.asked.length
  expect(renewed).toBeGreaterThan(4)
  await work.leases.confirm('a', undefined)
  expect(work.asked).toHaveLength(renewed)
  work.sleep(61_000)
  work.played.others = [1, 2]
  await Promise.all(['a', 'b'].map((id) => work.leases.confirm(id, undefined)))
  expect([numbers(), work.asked.length]).toEqual([[3, 4], renewed + 1])
})

test('in place of a name that was taken there is a leased number ready', async () => {
  await using work = openLeases({ others: [2] })
  await work.leases.ensure(shop.templateId, 1, 1)
  await addWaiting('a')
  await promise('a', 1)
  await work.leases.confirm('a', 'UV 1.png')
  expect(await shop.catalog.write(() => shop.catalog.numbers.reserve(shop.templateId))).toBe(3)
})

test('numbers that are granted and have files here are told, and others are there', async () => {
  await using work = openLeases({ others: [6] })
  await shop.catalog.write(() => {
    shop.catalog.numbers.markUsedElsewhere(shop.templateId, 1, 3)
    shop.catalog.numbers.markForeign(shop.templateId, 4)
  })
  await work.leases.ensure(shop.templateId, 3, 3)
  await addWaiting('a', 'b', 'c')
  expect([numbers(), work.asked.length]).toEqual([[5, 7, 8], 2])
})

test('what no item took is given back after a moment, and taken again only while the service is away', async () => {
  await using work = openLeases()
  await addWaiting('a', 'b', 'c')
  await work.leases.ensure(shop.templateId, 1, 1)
  await work.pass(2_000)
  await vi.waitFor(() => expect(work.mine()).toEqual([1, 2, 3]))
  await drop('b')
  work.leases.settled()
  await work.pass(2_000)
  await vi.waitFor(() => expect(work.mine()).toEqual([1, 3]))
  work.played.isAway = true
  await addWaiting('d')
  expect(numbers()).toEqual([1, null, 3, 2])
})

test('what was leased a moment ago is not given back with what is unused for longer', async () => {
  await using work = openLeases()
  await work.leases.ensure(shop.templateId, 1, 1)
  await work.pass(1_500)
  await work.leases.ensure(shop.templateId, 2, 2)
  await work.pass(500)
  await work.pass(500)
  expect(work.mine()).toEqual([1, 2])
  await work.pass(2_000)
  await vi.waitFor(() => expect(work.mine()).toEqual([]))
})

test('what a slow drop has not taken yet is kept for it, but no longer than until the next renewal', async () => {
  await using work = openLeases()
  for (const id of ['ready', 'coming']) await shop.addItem(id, 'b', id === 'ready' ? 'matching' : 'accepted')
  await work.leases.ensure(shop.templateId, 1, 1)
  await shop.move('ready', 'waiting')
  for (let seconds = 0; seconds < 28; seconds += 2) await work.pass(2_000)
  expect(work.mine()).toEqual([1, 2])
  await work.pass(2_000)
  await vi.waitFor(() => expect(work.mine()).toEqual([1]))
})

test('what is given back belongs to who gets it: the next item here has another', async () => {
  await using work = openLeases()
  await work.leases.ensure(shop.templateId, 2, 2)
  await addWaiting('a')
  await work.pass(2_000)
  await vi.waitFor(() => expect(work.mine()).toEqual([1]))
  work.played.others = [2]
  await work.leases.ensure(shop.templateId, 1, 1)
  await addWaiting('b')
  expect(numbers()).toEqual([1, 3])
})

test('an engine that ends gives back what no item took', async () => {
  const work = openLeases()
  await work.leases.ensure(shop.templateId, 2, 2)
  await addWaiting('a')
  await work.leases.stop()
  expect(work.mine()).toEqual([1])
})

test('an engine that is started again says what its items have, and keeps it', async () => {
  await using _before = openLeases()
  await addWaiting('a', 'b')
  await using work = openLeases({ others: [1] })
  work.leases.start()
  await vi.waitFor(() => expect(numbers()).toEqual([3, 2]))
})

test('an engine without anything that waits asks nobody when it is started', async () => {
  await using work = openLeases()
  work.leases.start()
  await work.pass(2_000)
  expect(work.asked).toEqual([])
})

test('lost numbers are looked for in one listing: those without a file are said to be free, the others to be taken', async () => {
  await using work = openLeases({ others: [1, 2, 3, 4], lost: [[1, 4]], files: [3, 9] })
  await Promise.all([work.leases.ensure(shop.templateId, 1, 1), work.leases.ensure(shop.templateId, 2, 2)])
  await vi.waitFor(() =>
    expect(work.asked.at(-1)?.looked).toEqual([
      [1, 2],
      [4, 4],
    ]),
  )
  expect([work.asked.at(-1)?.taken, work.listings()]).toEqual([[[3, 3]], 1])
})
