import { expect, test, vi } from 'vitest'
import { afterAwake } from './awake-timer.ts'

test('time in which the process did not run does not count', async () => {
  let ran = false
  afterAwake(400, () => {
    ran = true
  })
  // As in a sleep: all timers are late at once.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
  await new Promise((resolve) => setTimeout(resolve, 1))
  expect(ran).toBe(false)
  await vi.waitFor(() => expect(ran).toBe(true), 2_000)
})

test('what is prevented does not run', async () => {
  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 60))
  const run = new Promise((resolve) => afterAwake(20, () => resolve('ran'))())
  expect(await Promise.race([run, late])).toBe('late')
})
