import type { UtilityProcess } from 'electron'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeUtility, forked } from '../../../test/support/fake-utility.ts'
import { brokerWorkers } from './worker-broker.ts'

vi.mock('electron', () => import('../../../test/support/fake-utility.ts'))

const killed: unknown[] = []
beforeEach(() => {
  forked.length = 0
  killed.length = 0
  vi.spyOn(process, 'kill').mockImplementation((pid) => {
    killed.push(pid)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** An engine that asked for these workers; their tokens are 1, 2, ... */
function engineWith(...kinds: readonly string[]) {
  const engine = new FakeUtility('engine', 99)
  brokerWorkers(engine as unknown as UtilityProcess, { entries: '/out', onLine: () => undefined })
  for (const [at, kind] of kinds.entries()) engine.emit('message', { t: 'spawn', token: at + 1, kind })
  return engine
}

test('each worker is of the kind that was asked for, and has one end of a channel; the engine the other, once it lives', () => {
  const engine = engineWith('imaging', 'transfer')
  expect(forked.map(({ entry }) => entry)).toEqual(['/out/imaging.js', '/out/transfer.js'])
  expect(engine.sent).toEqual([])
  forked[1]?.emit('spawn')
  forked[0]?.emit('spawn')
  expect(engine.sent.map(({ message }) => message)).toEqual([
    { t: 'spawned', token: 2, pid: 101 },
    { t: 'spawned', token: 1, pid: 100 },
  ])
  const [given] = forked[1]?.sent ?? []
  expect(given?.message).toEqual({ t: 'port' })
  expect(engine.sent[0]?.ports[0]?.other).toBe(given?.ports[0])
})

test('the engine has one worker killed by its token, and nobody by that of one that is gone', () => {
  const engine = engineWith('imaging', 'imaging')
  engine.emit('message', { t: 'kill', token: 2 })
  expect(killed).toEqual([101])
  forked[1]?.end(137)
  expect(engine.sent.at(-1)?.message).toEqual({ t: 'exited', token: 2, code: 137 })
  engine.emit('message', { t: 'kill', token: 2 })
  expect(killed).toEqual([101])
})

test('no worker outlives its engine, also one that starts only then; a dead engine is told nothing', () => {
  const engine = engineWith('imaging', 'transfer')
  forked[0]?.emit('spawn')
  const told = engine.sent.length
  engine.end(1)
  expect(killed).toEqual([100, 101])
  forked[1]?.emit('spawn')
  expect(killed).toEqual([100, 101, 101])
  forked[0]?.end(137)
  expect(engine.sent).toHaveLength(told)
})

test('nothing is forked but a worker', () => {
  expect(() => engineWith('../shell')).toThrow()
  expect(forked).toEqual([])
})
