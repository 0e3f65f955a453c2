import { expect, test } from 'vitest'
import { type Channel, createChannels } from './channels.ts'

const SMALL = 1
const LARGE = 4

/** Channels of a server that grants so many, the first included. */
function setUp(granted: number) {
  let opened = 1
  // Only which one it is matters here.
  const channel = (): Channel => ({}) as unknown as Channel
  const { use } = createChannels(channel(), async () => (opened++ < granted ? channel() : null))
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const filesOf = new Map<Channel, number>()
  const start = (weight: number) =>
    use(weight, (used) => {
      filesOf.set(used, (filesOf.get(used) ?? 0) + 1)
      return finished
    })
  return { start, finish, opened: () => opened, files: () => [...filesOf.values()] }
}

const settle = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

test('files that come while there is work get channels beside the first, four at most', async () => {
  const { start, files } = setUp(100)
  for (let n = 0; n < 40; n++) {
    start(SMALL)
    await settle()
  }
  expect(files()).toHaveLength(4)
  expect(Math.max(...files()) - Math.min(...files())).toBeLessThan(2)
})

test('one large file has no second channel; from the second on there is one, and the next file goes there', async () => {
  const { start, opened, files } = setUp(100)
  start(LARGE)
  await settle()
  expect(opened()).toBe(1)
  start(LARGE)
  await settle()
  start(LARGE)
  expect(files()).toEqual([2, 1])
})

test('a server that grants one channel gets all work on it', async () => {
  const { start, finish, files } = setUp(1)
  const work = Array.from({ length: 10 }, () => start(SMALL))
  await settle()
  work.push(start(LARGE))
  expect(files()).toEqual([11])
  finish()
  await Promise.all(work)
})
