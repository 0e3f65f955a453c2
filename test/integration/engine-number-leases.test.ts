import { randomUUID } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { factsOf } from '../../src/shared/domain/stages.ts'
import { ageLeases } from '../support/age-leases.ts'
import { startBackendOn, type TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { startGate } from '../support/gate.ts'
import { startPostgres } from '../support/postgres.ts'

const { sshd, backend } = await shareServers()
const KEEP = { onSimilar: 'keep' } as const

/** Two workstations of one shop. */
async function openTwo(to: TestBackend = backend) {
  const first = await openEngineShop({ sshd, backend: to })
  const token = first.secrets['backend-token'] ?? ''
  const second = await openEngineShop({ sshd, backend: to, nasRoot: first.nasRoot, token })
  const shops = [first, second] as const
  return {
    first,
    second,
    shops,
    token,
    async [Symbol.asyncDispose]() {
      for (const shop of shops) await shop[Symbol.asyncDispose]()
    },
  }
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => n + first)
}

/** The numbers that the files have on the NAS, in the order of the drop; -1 where one has none. */
function numbersOf(receipt: readonly ReceiptLine[]): number[] {
  return receipt.map(({ remotePath }) => Number(/UV (\d+) /.exec(remotePath ?? '')?.[1] ?? -1))
}

/** Drops designs of these seeds. */
async function drop(shop: EngineShop, seeds: readonly number[]): Promise<string> {
  const folder = join(shop.drops, randomUUID())
  await writeDesigns(folder, seeds)
  return shop.drop([folder], KEEP)
}

async function stored(shop: EngineShop, batchId: string): Promise<number[]> {
  return numbersOf(await shop.rest(batchId))
}

/** Drops designs of which none can be sent until the NAS is there again; their numbers are reserved. */
async function dropAway(shop: EngineShop, seeds: readonly number[]): Promise<string> {
  await shop.reach({ nas: { port: 1 } })
  const batchId = await drop(shop, seeds)
  await shop.until(batchId, (items) => items.length === seeds.length && items.every(({ stage }) => stage === 'waiting'))
  return batchId
}

/** Waits until the lowest number that a third workstation would get is this one. */
async function untilFree({ leaseNumbers }: ReturnType<TestBackend['client']>, number: number): Promise<void> {
  const request = { holder: randomUUID(), template: 'UVDTF 16oz', held: [], taken: [], looked: [] }
  let turn = 0
  const ask = async (wanted: number) => {
    const answer = expectOk(await leaseNumbers({ ...request, turn, wanted }, AbortSignal.timeout(10_000)))
    turn = answer.turn
    return answer.numbers
  }
  await vi.waitFor(
    async () => {
      const [lowest] = await ask(1)
      await ask(0)
      expect(lowest).toEqual([number, number])
    },
    { timeout: 20_000, interval: 100 },
  )
}

test('[same number] two workstations that drop at once use each number once, and each in the order of its drop', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwo()
  const batches = [await drop(two.first, upTo(60)), await drop(two.second, upTo(120, 61))]
  const numbers = await Promise.all(two.shops.map((shop, at) => stored(shop, batches[at] ?? '')))
  expect(numbers.flat().sort((a, b) => a - b)).toEqual(upTo(120))
  for (const of of numbers) expect(of).toEqual(of.toSorted((a, b) => a - b))
})

test('[same number] what one workstation waits with is no name of another, and what it frees is the next one’s of any', async () => {
  await using two = await openTwo()
  const { first, second } = two
  const waiting = await dropAway(first, upTo(6))
  expect(await stored(second, await drop(second, upTo(9, 7)))).toEqual([7, 8, 9])
  const itemIds = (await first.items(waiting)).filter(({ seq }) => seq === 1 || seq === 3).map(({ id }) => id)
  expectOk(await first.engine.peer.call('cancel', { batchId: waiting, itemIds }))
  await untilFree(backend.client(two.token), 2)
  expect(await stored(second, await drop(second, upTo(12, 10)))).toEqual([2, 4, 10])
  await first.reach({ nas: { port: sshd.port } })
  expect(await stored(first, waiting)).toEqual([1, -1, 3, -1, 5, 6])
})

test('[same number, killed] a workstation that is killed and started again keeps its numbers beside another', async () => {
  await using two = await openTwo()
  const { first, second } = two
  const waiting = await dropAway(first, upTo(5))
  await first.killAndRestart()
  expect(await stored(second, await drop(second, upTo(8, 6)))).toEqual([6, 7, 8])
  await first.reach({ nas: { port: sshd.port } })
  expect(await stored(first, waiting)).toEqual(upTo(5))
})

test('[same number, files from before] files of others are passed over by both, and leave no gap', async () => {
  await using two = await openTwo()
  const { first, second } = two
  const folder = join(first.nasRoot, 'Test shop', 'UVDTF 16oz')
  await mkdir(folder, { recursive: true })
  for (const path of [join(folder, '..'), folder]) await chmod(path, 0o777)
  for (const number of [2, 4]) await writeFile(join(folder, `UV ${number} UVDTF 16oz_${number}.psd`), 'theirs')
  expect(await stored(first, await drop(first, upTo(3)))).toEqual([1, 5, 3])
  expect(await stored(second, await drop(second, upTo(5, 4)))).toEqual([6, 7])
})

test('[same number, killed] the numbers of a workstation that never comes back are given out once the folder was looked at, but for those with files', async ({
  skip,
}) => {
  const postgres = await startPostgres()
  if (typeof postgres === 'string') return skip(postgres)
  onTestFinished(() => postgres[Symbol.asyncDispose]())
  const place = { kind: 'postgres', url: await postgres.createDatabase() } as const
  await using service = await startBackendOn(place)
  await using two = await openTwo(service)
  const { first, second, token } = two
  await dropAway(first, upTo(4))
  await first.engine.end('SIGKILL')
  expect(await stored(second, await drop(second, upTo(6, 5)))).toEqual([5, 6])
  // It had stored one whose record nobody has.
  await writeFile(join(first.nasRoot, 'Test shop', 'UVDTF 16oz', 'UV 2 UVDTF 16oz_2.png'), 'of the first')
  await ageLeases(place)
  expect(await stored(second, await drop(second, [7]))).toEqual([7])
  await untilFree(service.client(token), 1)
  expect(await stored(second, await drop(second, upTo(11, 8)))).toEqual([1, 3, 4, 8])
})

test('[same number] while the service is away numbers are taken without it; what two took, the one that waits has anew', {
  timeout: 120_000,
}, async () => {
  await using gate = await startGate(backend.url)
  await using two = await openTwo()
  const { first, second } = two
  const waiting = await dropAway(first, upTo(3))
  await second.reach({ backendUrl: gate.url })
  gate.target = 'http://127.0.0.1:1'
  const sent = await drop(second, upTo(5, 4))
  await second.until(
    sent,
    (items) => items.length === 2 && items.every(({ stage }) => factsOf(stage).phase === 'stored'),
  )
  gate.target = backend.url
  await second.reach({ backendUrl: backend.url })
  expect(await stored(second, sent)).toEqual([1, 2])
  await first.reach({ nas: { port: sshd.port } })
  expect(await stored(first, waiting)).toEqual([4, 5, 3])
  const records = await first.records()
  expect(records.map(({ number }) => number).sort()).toEqual(upTo(5))
})

test('[same number] an older service, which leases no numbers, holds nothing up', async () => {
  await using gate = await startGate(backend.url)
  gate.judgeOther = ({ path }) => (path === '/v1/numbers' ? { status: 404 } : 'pass')
  await using two = await openTwo()
  for (const shop of two.shops) await shop.reach({ backendUrl: gate.url })
  const batches = [await drop(two.first, upTo(8)), await drop(two.second, upTo(16, 9))]
  const numbers = await Promise.all(two.shops.map((shop, at) => stored(shop, batches[at] ?? '')))
  expect(new Set(numbers.flat()).size).toBe(16)
  expect(gate.requests.some(({ path }) => path === '/v1/numbers')).toBe(true)
})
