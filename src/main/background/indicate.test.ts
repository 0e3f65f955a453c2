import { expect, test } from 'vitest'
import { batchView } from '../../../test/support/batch-view.ts'
import { statusOf, type WorkStatus } from '../../shared/domain/work-status.ts'
import { indicateProgress, keepAwake } from './indicate.ts'
import type { TaskbarProgress } from './taskbar.ts'

function working(bytesPerSecond: number): WorkStatus {
  const status = { pausedAll: false, bytesPerSecond, speedLimit: { bytesPerSecond: null, until: null } }
  return statusOf({ engine: { state: 'running' }, status, batches: [batchView('a')] })
}
const idle = statusOf({
  engine: { state: 'running' },
  status: { pausedAll: false, bytesPerSecond: 5, speedLimit: { bytesPerSecond: null, until: null } },
  batches: [],
})

test('the computer is kept awake while bytes move, by one block at a time, and may sleep as soon as none do', () => {
  const blocks: number[] = []
  const held = new Set<number>()
  const awake = keepAwake({
    start(type) {
      expect(type).toBe('prevent-app-suspension')
      blocks.push(blocks.length)
      held.add(blocks.length - 1)
      return blocks.length - 1
    },
    stop: (id) => held.delete(id),
  })
  awake.update(working(0))
  expect(held.size).toBe(0)
  awake.update(working(5))
  awake.update(working(7))
  expect([held.size, blocks.length]).toEqual([1, 1])
  awake.update(working(0))
  expect(held.size).toBe(0)
  awake.update(working(5))
  awake.update(idle)
  expect([held.size, blocks.length]).toEqual([0, 2])
})

test('the taskbar is told what is new on it: another mode, or more than a thousandth', () => {
  const shown: unknown[] = []
  const indicate = indicateProgress({ setProgressBar: (value, options) => void shown.push([value, options?.mode]) })
  const each: readonly TaskbarProgress[] = [
    { value: 0.5, mode: 'normal' },
    { value: 0.5005, mode: 'normal' },
    { value: 0.5005, mode: 'paused' },
    { value: 0.6, mode: 'paused' },
  ]
  for (const one of each) indicate(one)
  expect(shown).toEqual([
    [0.5, 'normal'],
    [0.5005, 'paused'],
    [0.6, 'paused'],
  ])
})
