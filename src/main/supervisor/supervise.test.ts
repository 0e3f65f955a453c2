import { expect, test } from 'vitest'
import { fakeTiming, settled } from '../../../test/support/fake-timing.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { createPeer } from '../../shared/worker/peer.ts'
import type { ExitInfo, Port } from '../../shared/worker/port.ts'
import { ENGINE_RESTART_LIMITS } from '../../shared/worker/restart-policy.ts'
import { type EndableChild, type ProcessState, supervise } from './supervise.ts'

type Child = {
  readonly status: { readonly input: null; readonly output: string }
  readonly hang: { readonly input: null; readonly output: null }
}
type Behaviour = 'works' | 'never answers' | 'refuses' | 'ignores the end'

function portPair(): [Port, Port] {
  const ends = [0, 1].map(() => ({ hear: [] as ((message: unknown) => void)[] }))
  const port = (mine: number): Port => ({
    post: (message) =>
      void queueMicrotask(() => {
        for (const hear of ends[1 - mine]?.hear ?? []) hear(structuredClone(message))
      }),
    onMessage: (listener) => void ends[mine]?.hear.push(listener),
    onClose: () => undefined,
    close: () => undefined,
  })
  return [port(0), port(1)]
}

/** A process in this process: it serves `Child`, and dies when told to. */
function fakeProcess(behaviour: Behaviour, generation: number) {
  const [near, far] = portPair()
  const exit = Promise.withResolvers<ExitInfo>()
  const never = new Promise<never>(() => undefined)
  createPeer<Child, Record<never, never>>(far, {
    status: (): Result<string> | Promise<Result<string>> => {
      if (behaviour === 'never answers') return never
      return behaviour === 'refuses' ? fail(failure('catalog-newer')) : ok(`generation ${generation}`)
    },
    hang: () => never,
  })
  const child: EndableChild = {
    pid: generation,
    exited: exit.promise,
    kill: () => exit.resolve({ code: null, signal: 'SIGKILL' }),
    end: () => {
      if (behaviour !== 'ignores the end') exit.resolve({ code: 0, signal: null })
    },
    port: { ...near, onClose: (listener) => void exit.promise.then(listener) },
  }
  return { child, die: () => exit.resolve({ code: 1, signal: null }) }
}

function supervised(behaviours: readonly Behaviour[]) {
  const timing = fakeTiming()
  const born: ReturnType<typeof fakeProcess>[] = []
  const states: ProcessState<string>[] = []
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const one = supervise<Record<never, never>, Child, string>({
    name: 'engine',
    fork() {
      const next = fakeProcess(behaviours[born.length] ?? 'works', born.length + 1)
      born.push(next)
      return next.child
    },
    handlers: {},
    ready: (peer) => peer.call('status', null),
    limits: ENGINE_RESTART_LIMITS,
    readyTimeoutMs: 60_000,
    stopBudgetMs: 5_000,
    timing,
    log: quiet,
    onState: (state) => void states.push(state),
  })
  return { one, timing, born, states, stateNames: () => states.map(({ state }) => state) }
}

test('a call made while the process starts is answered, not refused', async () => {
  const { one } = supervised([])
  one.start()
  expect(await one.call('status', null)).toEqual(ok('generation 1'))
})

test('a crash fails the calls in flight and starts another process; a call made meanwhile reaches that one', async () => {
  const { one, timing, born, stateNames } = supervised([])
  one.start()
  await settled()
  const lost = one.call('hang', null)
  await settled()
  born[0]?.die()
  expect(await lost).toMatchObject({ ok: false, failure: { code: 'worker-gone' } })

  const later = one.call('status', null)
  await timing.pass(249)
  expect(born).toHaveLength(1)
  await timing.pass(1)
  expect(await later).toEqual(ok('generation 2'))
  expect(stateNames()).toEqual(['starting', 'running', 'restarting', 'starting', 'running'])
})

test('the third crash within five minutes leaves it down, and says so to whoever waits; a person may start it again', async () => {
  const { one, timing, born, states } = supervised([])
  one.start()
  for (const _ of [1, 2]) {
    await settled()
    born.at(-1)?.die()
    await settled()
    await timing.pass(1000)
  }
  born.at(-1)?.die()
  await settled()
  await timing.pass(60_000)
  expect(born).toHaveLength(3)
  expect(states.at(-1)).toMatchObject({ state: 'stopped', failure: { code: 'internal' } })
  expect(await one.call('status', null)).toMatchObject({ ok: false, failure: { code: 'internal' } })

  one.start()
  expect(await one.call('status', null)).toEqual(ok('generation 4'))
  // What crashed before that counts no more.
  born.at(-1)?.die()
  await settled()
  expect(states.at(-1)).toMatchObject({ state: 'restarting' })
})

test('a process that never gets ready is killed and counted as crashed', async () => {
  const { one, timing, born } = supervised(['never answers'])
  one.start()
  const early = one.call('status', null)
  await timing.pass(60_000)
  await timing.pass(250)
  expect(born).toHaveLength(2)
  expect(await early).toEqual(ok('generation 2'))
})

test('a process that got ready in time is left alone from then on', async () => {
  const { one, timing, born, stateNames } = supervised([])
  one.start()
  await settled()
  await timing.pass(10 * 60_000)
  expect([born.length, stateNames()]).toEqual([1, ['starting', 'running']])
})

test('a process that says why it cannot work is not started again and again', async () => {
  const { one, timing, born, states } = supervised(['refuses'])
  one.start()
  expect(await one.call('status', null)).toMatchObject({ ok: false, failure: { code: 'catalog-newer' } })
  await timing.pass(10 * 60_000)
  expect(born).toHaveLength(1)
  expect(states.at(-1)).toMatchObject({ state: 'stopped', failure: { code: 'catalog-newer' } })
})

test('stopping asks first and kills when the budget is over; nothing starts again', async () => {
  const { one, timing, born } = supervised(['ignores the end'])
  one.start()
  await settled()
  const stopped = one.stop()
  await timing.pass(4_999)
  const early = await Promise.race([stopped.then(() => 'stopped'), settled().then(() => 'alive')])
  expect(early).toBe('alive')
  await timing.pass(1)
  await stopped
  await timing.pass(10 * 60_000)
  expect(born).toHaveLength(1)
})

test('a process that is stopped while it starts is not told of as running when it answers after all', async () => {
  const { one, timing, stateNames } = supervised(['ignores the end'])
  one.start()
  const stopped = one.stop()
  await settled()
  await timing.pass(5_000)
  await stopped
  expect(stateNames()).toEqual(['starting', 'stopped'])
  expect(await one.call('status', null)).toMatchObject({ ok: false, failure: { code: 'worker-gone' } })
})

test('stopping while a restart is due prevents it', async () => {
  const { one, timing, born } = supervised([])
  one.start()
  await settled()
  born[0]?.die()
  await settled()
  await one.stop()
  await timing.pass(60_000)
  expect(born).toHaveLength(1)
})
