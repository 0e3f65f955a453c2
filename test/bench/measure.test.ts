import { expect, test } from 'vitest'
import { cpuTicks, interleave, median, ratios } from './measure.ts'

test('every contender runs in every round, and none is always first', async () => {
  const order: string[] = []
  const run = (name: string) => async (round: number) => {
    order.push(`${name}${round}`)
    return round
  }
  const results = await interleave(2, { ours: run('ours'), peer: run('peer') })
  expect(order).toEqual(['ours0', 'peer0', 'peer1', 'ours1'])
  expect(results).toEqual({ ours: [0, 1], peer: [0, 1] })
})

test('the median is not moved by one outlier, whatever the order', () => {
  expect(median([900, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('CPU columns are found behind a command with spaces and brackets', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 200 0 0 7 5 30 20 20 0 1 0'
  expect(cpuTicks(stat, 'itself')).toEqual({ userTicks: 7, systemTicks: 5 })
  expect(cpuTicks(stat, 'ended children')).toEqual({ userTicks: 30, systemTicks: 20 })
})

test('ratios are of the same round, and of rounds that both have', () => {
  expect(ratios([2, 9, 5], [4, 3], (ms) => ms)).toEqual([0.5, 3])
})
