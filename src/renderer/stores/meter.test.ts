import { expect, test } from 'vitest'
import { batchView, NO_COUNTS } from '../../../test/support/batch-view.ts'
import { failure } from '../../shared/domain/failure.ts'
import { batchLeftMs, leftMs, type Meter, readMeter } from './meter.ts'

/** After so many bytes in each second. */
function read(readings: readonly number[], before: Meter = readMeter(null, 0, 0, true), isGoingOn = true): Meter {
  let meter = before
  for (const bytes of readings) meter = readMeter(meter, meter.total + bytes, meter.atMs + 1000, isGoingOn)
  return meter
}
const steady = read(Array(30).fill(10))
const moving = batchView('a', { bytesToMove: 60 })

test('a steady rate is read as it is, from the first seconds on', () => {
  expect(read([5, 5]).perSecond).toBeCloseTo(5, 5)
  expect(read(Array(30).fill(5)).perSecond).toBeCloseTo(5, 5)
})

test('one burst does not throw the estimate about', () => {
  expect(read([100], steady).perSecond).toBeLessThan(20)
})

test('a pause is no slowness: after it the work goes on as fast as before', () => {
  const after = read(Array(600).fill(0), steady, false)
  expect(after.perSecond).toBeCloseTo(10, 5)
  expect(leftMs([moving], after)).toBeCloseTo(6000, 0)
})

test('two readings at one moment do not divide by zero', () => {
  expect(readMeter(steady, 1000, steady.atMs, true)).toBe(steady)
})

test('the time left is that of the work of all batches that move', () => {
  expect(leftMs([moving, batchView('b', { bytesToMove: 40 })], steady)).toBeCloseTo(10_000, 0)
  const away = { kind: 'offline', failure: failure('nas-unreachable') } as const
  const still = [batchView('held', { hold: away }), batchView('paused', { state: 'paused' })]
  expect(leftMs([moving, ...still], steady)).toBeCloseTo(6000, 0)
})

test('no time is made up: not at once, not where nothing moves, not from a rate that only fades', () => {
  expect(leftMs([moving], null)).toBeNull()
  expect(leftMs([moving], read([6]))).toBeNull()
  expect(leftMs([moving], read([0, 0, 0]))).toBeNull()
  // 2.2 MB took 764 h once.
  expect(leftMs([moving], read(Array(240).fill(0), steady))).toBeNull()
  expect(leftMs([batchView('asks', { counts: { ...NO_COUNTS, review: 1 } })], steady)).toBeNull()
})

test('a batch shares the line with those of its priority, and waits for those above it', () => {
  const high = batchView('high', { priority: 'high', bytesToMove: 100 })
  const small = batchView('small', { bytesToMove: 10 })
  const all = [high, moving, small]
  const left = (batch: typeof high): number => Math.round((batchLeftMs(batch, all, steady) ?? 0) / 100) / 10
  expect([left(high), left(moving), left(small)]).toEqual([10, 17, 12])
  expect(batchLeftMs({ ...moving, state: 'paused' }, all, steady)).toBeNull()
})
