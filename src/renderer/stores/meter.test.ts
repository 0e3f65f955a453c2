import { expect, test } from 'vitest'
import { sampleBatch, sampleItem } from '../../../test/support/renderer-preview/sample.ts'
import { estimateMs, type Meter, readMeter } from './meter.ts'

function read(readings: readonly number[]): Meter {
  let meter = readMeter(undefined, 0, 0)
  let total = 0
  readings.forEach((bytes, index) => {
    total += bytes
    meter = readMeter(meter, total, (index + 1) * 1000)
  })
  return meter
}

const batch = {
  ...sampleBatch('a', 'active', 0, [sampleItem('a', 0, { stage: 'uploading' })]),
  totalBytes: 100,
  doneBytes: 40,
}

test('a steady rate is read as it is, from the first seconds on', () => {
  expect(read([5, 5]).perSecond).toBeCloseTo(5, 5)
  expect(read(Array(30).fill(5)).perSecond).toBeCloseTo(5, 5)
})

test('one burst does not throw the estimate about', () => {
  const steady = Array(20).fill(10)
  expect(read([...steady, 100]).perSecond).toBeLessThan(25)
})

test('a transfer that stands still is read as still within half a minute', () => {
  expect(read([...Array(20).fill(10), ...Array(30).fill(0)]).perSecond).toBeLessThan(0.5)
})

test('the estimate is what is left over the rate', () => {
  expect(estimateMs(batch, read(Array(5).fill(6)))).toBeCloseTo(10_000, 0)
})

test('no estimate is made up: not at once, not while nothing moves, not for a paused batch or one that waits for a decision', () => {
  expect(estimateMs(batch, read([6]))).toBeNull()
  expect(estimateMs(batch, read([0, 0, 0]))).toBeNull()
  expect(estimateMs({ ...batch, state: 'paused' }, read([6, 6, 6]))).toBeNull()
  expect(estimateMs({ ...batch, counts: { ...batch.counts, active: 0, review: 1 } }, read([6, 6, 6]))).toBeNull()
  expect(estimateMs(batch, undefined)).toBeNull()
})

test('two readings at one moment do not divide by zero', () => {
  const meter = read([5, 5])
  expect(readMeter(meter, 100, meter.atMs)).toBe(meter)
})
