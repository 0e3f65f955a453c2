import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { CLAIM_LEASE_MS } from '../../src/shared/api/claims.ts'
import { type LeaseRequest, MAX_LEASED, MAX_RANGES } from '../../src/shared/api/numbers.ts'
import { MAX_CHUNK_RECORDS } from '../../src/shared/api/records.ts'
import { numbersOf, rangesOf } from '../../src/shared/domain/number-range.ts'
import { ageLeases } from '../support/age-leases.ts'
import { startBackendOn, type TestBackend } from '../support/backend.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from '../support/empty-database.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const signal = new AbortController().signal
const { template } = sampleRecord(1)

describe('numbers on PGlite', () =>
  behaves(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'galley-numbers-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await placeEmptyDatabase(folder)
    return { kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER }
  }))

if (typeof postgres === 'string') test('numbers on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('numbers on PostgreSQL', () =>
    behaves(async () => ({ kind: 'postgres', url: await postgres.createDatabase() })))
}

/** A workstation that knows what it was told last, and holds what it is said to. */
function workstation(service: () => TestBackend, token: string) {
  const holder = randomUUID()
  let turn = 0
  const ask = async (held: readonly number[], more: Partial<LeaseRequest> = {}) => {
    const none = { wanted: 0, taken: [], looked: [] }
    const request = { holder, template, turn, held: rangesOf(held), ...none, ...more }
    const answer = expectOk(await service().client(token).leaseNumbers(request, signal))
    turn = answer.turn
    return { numbers: numbersOf(answer.numbers), lost: numbersOf(answer.lost) }
  }
  return {
    ask,
    /** The answer is lost on its way. */
    async askUnheard(held: readonly number[], wanted: number) {
      const before = turn
      await ask(held, { wanted })
      turn = before
    },
  }
}

function behaves(makePlace: () => Promise<DatabasePlace>): void {
  async function open() {
    const place = await makePlace()
    const service = await startBackendOn(place)
    const token = await service.addShop('shop')
    const store = async (...numbers: number[]): Promise<unknown> =>
      expectOk(
        await service.client(token).sendBatch(
          randomUUID(),
          numbers.map((number) => sampleRecord(number)),
          signal,
        ),
      )
    return { place, service, token, store, station: () => workstation(() => service, token) }
  }

  test('[same number] each has the lowest that nobody has; what is given back goes first, what is stored to nobody', async () => {
    const { service, store, station } = await open()
    await using _service = service
    await store(2, 9)
    const [one, other] = [station(), station()]
    expect(await one.ask([], { wanted: 3 })).toEqual({ numbers: [1, 3, 4], lost: [] })
    expect(await other.ask([], { wanted: 3 })).toEqual({ numbers: [5, 6, 7], lost: [] })
    await store(3)
    // One is not needed any more, and one is stored.
    expect((await one.ask([1])).numbers).toEqual([1])
    expect((await other.ask([5, 6, 7], { wanted: 3 })).numbers).toEqual([4, 5, 6, 7, 8, 10])
    // Another template and another shop have numbers of their own.
    const otherToken = await service.addShop('other')
    const elsewhere = workstation(() => service, otherToken)
    expect((await station().ask([], { wanted: 3, template: 'Mug' })).numbers).toEqual([1, 2, 3])
    expect((await elsewhere.ask([], { wanted: 3 })).numbers).toEqual([1, 2, 3])
  })

  test('[same number] twenty workstations that ask at once get different numbers, without a gap', async () => {
    const { service, station } = await open()
    await using _service = service
    const answers = await Promise.all(Array.from({ length: 20 }, () => station().ask([], { wanted: 3 })))
    const numbers = answers.flatMap((answer) => answer.numbers).sort((a, b) => a - b)
    expect(numbers).toEqual(numbersOf([[1, 60]]))
  })

  test('[same number] what was taken while the service was away is settled: whose it is, or another for it', async () => {
    const { service, store, station } = await open()
    await using _service = service
    const [one, other] = [station(), station()]
    await store(2)
    expect((await one.ask([1, 2, 3, 4])).numbers).toEqual([1, 3, 4, 5])
    expect((await other.ask([4, 5, 6], { wanted: 1 })).numbers).toEqual([6, 7, 8, 9])
  })

  test('an answer that was not heard gives nothing away: what it granted is told again', async () => {
    const { service, station } = await open()
    await using _service = service
    const [one, other] = [station(), station()]
    await one.askUnheard([], 2)
    expect((await other.ask([], { wanted: 1 })).numbers).toEqual([3])
    expect((await one.ask([])).numbers).toEqual([1, 2])
    expect((await one.ask([2])).numbers).toEqual([2])
    expect((await other.ask([3], { wanted: 1 })).numbers).toEqual([1, 3])
  })

  test('[files from before] nobody gets a number under which a file stands, but who has it keeps it', async () => {
    const { service, station } = await open()
    await using _service = service
    const [one, other] = [station(), station()]
    await other.ask([], { wanted: 1 })
    expect((await one.ask([], { wanted: 3, taken: [[1, 2_000]] })).numbers).toEqual([2_001, 2_002, 2_003])
    // Its file stands there, and its record is not sent yet.
    expect((await other.ask([1])).numbers).toEqual([1])
    expect((await other.ask([], { wanted: 1 })).numbers).toEqual([1])
    expect((await one.ask([2_001], { wanted: 1 })).numbers).toEqual([2_001, 2_002])
  })

  test('[same number] designs that were stored since without a lease are passed over, however many they are', async () => {
    const { service, store, station } = await open()
    await using _service = service
    const [one, other] = [station(), station()]
    expect((await one.ask([], { wanted: 2 })).numbers).toEqual([1, 2])
    const stored = Array.from({ length: 1_050 }, (_, n) => n + 3)
    for (let at = 0; at < stored.length; at += MAX_CHUNK_RECORDS)
      await store(...stored.slice(at, at + MAX_CHUNK_RECORDS))
    expect((await one.ask([1, 2], { wanted: 3 })).numbers).toEqual([1, 2, 1_053, 1_054, 1_055])
    expect((await other.ask([], { wanted: 1 })).numbers).toEqual([1_056])
  })

  test('no more numbers are given at once than may be asked for, though others are to be replaced', async () => {
    const { service, station } = await open()
    await using _service = service
    const [one, other] = [station(), station()]
    await one.ask([], { wanted: 10 })
    const { numbers } = await other.ask(numbersOf([[1, 10]]), { wanted: MAX_LEASED })
    expect(numbers).toEqual(numbersOf([[11, 10 + MAX_LEASED]]))
    const every = (count: number) => Array.from({ length: count }, (_, n) => 2 * n + 1_001)
    await expect(other.ask([], { wanted: MAX_LEASED + 1 })).rejects.toThrow()
    await expect(other.ask(every(MAX_RANGES + 1))).rejects.toThrow()
    expect((await other.ask(every(MAX_RANGES))).numbers).toHaveLength(MAX_RANGES)
  })

  test('[killed] a lease lasts two minutes from when it was last told of, and nobody frees it before', async () => {
    const { place, service, token } = await open()
    const [one, other] = [0, 1].map(() => workstation(() => running, token))
    let running = service
    if (one === undefined || other === undefined) throw new Error('two')
    await one.ask([], { wanted: 3 })
    const age = async (ms: number): Promise<void> => {
      await running[Symbol.asyncDispose]()
      await ageLeases(place, ms)
      running = await startBackendOn(place)
    }
    await age(CLAIM_LEASE_MS - 60_000)
    expect(await other.ask([], { wanted: 1, looked: [[1, 3]] })).toEqual({ numbers: [4], lost: [] })
    expect((await one.ask([1, 2, 3])).numbers).toEqual([1, 2, 3])
    await age(CLAIM_LEASE_MS - 60_000)
    expect(await other.ask([4], { wanted: 1 })).toEqual({ numbers: [4, 5], lost: [] })
    await age(60_000)
    // Its own it has not lost: it asks for them.
    expect(await other.ask([4, 5], { wanted: 1 })).toEqual({ numbers: [4, 5, 6], lost: [1, 2, 3] })
    await running[Symbol.asyncDispose]()
  })

  test('[killed] a lost lease goes on when its workstation comes back, and is free once a listing shows no file of it', async () => {
    const { place, service, token } = await open()
    let running = service
    const station = () => workstation(() => running, token)
    const [one, other, third] = [station(), station(), station()]
    await one.ask([], { wanted: 5 })
    await service[Symbol.asyncDispose]()
    await ageLeases(place)
    await using again = await startBackendOn(place)
    running = again
    expect(await other.ask([], { wanted: 2 })).toEqual({ numbers: [6, 7], lost: [1, 2, 3, 4, 5] })
    expect((await other.ask([6, 7])).lost).toEqual([])
    // Of the last nobody has looked.
    expect((await other.ask([6, 7], { looked: [[1, 3]], taken: [[4, 4]] })).numbers).toEqual([6, 7])
    expect(await third.ask([], { wanted: 1 })).toEqual({ numbers: [1], lost: [4, 5] })
    // It was only away: what nobody else has by now is its own again.
    expect((await one.ask([1, 2, 3, 4, 5])).numbers).toEqual([2, 3, 5, 8, 9])
  })
}
