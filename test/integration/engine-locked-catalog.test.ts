import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { lockCatalog } from '../support/catalog-lock.ts'
import { expectOk } from '../support/engine.ts'
import { openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

/** `GALLEY_TEST_DESIGNS=300 npm run integration -- engine-locked-catalog` for more than is tried each time. */
const DESIGNS = Number(process.env.GALLEY_TEST_DESIGNS ?? 40)
const SHORTEST_MS = 4_000
const LONGEST_MS = DESIGNS < 300 ? 7_000 : 12_000
/** What is done between two locks. */
const PAUSE_MS = 2_000
const LOCKS_AT_LEAST = 2

vi.setConfig({ testTimeout: 900_000 })

const { sshd, backend } = await shareServers()

test('[catalog locked] files are stored and recorded once each, none failed and no number lost, while another process locks the catalog at random moments', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(
    shop.drops,
    Array.from({ length: DESIGNS }, (_, seed) => seed),
  )
  const random = mulberry32(DESIGNS)
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  let locks = 0
  const isOver = async (): Promise<boolean> => locks >= LOCKS_AT_LEAST && (await shop.batch(batchId)).state === 'ended'
  while (!(await isOver())) {
    await pause(random() * PAUSE_MS)
    await using _lock = await lockCatalog(shop.dataDir, random() < 0.5 ? 'IMMEDIATE' : 'EXCLUSIVE')
    await pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))
    locks += 1
  }
  expect(await shop.differences(batchId, sources)).toEqual([])
  const numbers = (await shop.records()).map(({ number }) => number)
  expect(numbers.sort((a, b) => a - b)).toEqual(sources.map((_, index) => index + 1))
  console.log(`${DESIGNS} files while the catalog was locked ${locks} times`)
})

test('[catalog locked] the engine answers meanwhile and says what it waits for, and goes on at once when it is let go', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reach({ nas: { port: 1 } })
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  let slowestMs = 0
  const lock = await lockCatalog(shop.dataDir)
  const wish = shop.reach({ nas: { port: sshd.port } })
  try {
    await shop.until(batchId, (items) => items.every(({ hold }) => hold?.kind === 'local'))
    for (const _ of Array.from({ length: 20 })) {
      const asked = performance.now()
      const items = await shop.items(batchId)
      slowestMs = Math.max(slowestMs, performance.now() - asked)
      expect(items.map(({ hold }) => hold)).toMatchObject(
        sources.map(() => ({ kind: 'local', failure: { code: 'catalog-busy' } })),
      )
      await pause(50)
    }
  } finally {
    await lock[Symbol.asyncDispose]()
  }
  await wish
  expect(slowestMs).toBeLessThan(1_000)
  expect(await shop.differences(batchId, sources)).toEqual([])
})

test('[catalog locked] an engine that starts meanwhile waits, and has everything when it is let go', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await shop.reach({ nas: { port: 1 } })
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await shop.rest(batchId)
  await shop.engine.end('SIGTERM')
  {
    await using _lock = await lockCatalog(shop.dataDir, 'whole')
    await shop.restart('SIGTERM')
    await pause(7_000)
  }
  expectOk(await shop.engine.peer.call('status', null))
  await shop.reach({ nas: { port: sshd.port } })
  expect(await shop.differences(batchId, sources)).toEqual([])
})
