import { describe, expect, test } from 'vitest'
import { createLane, type LaneOptions } from './lane.ts'

/** A lane over an array of keys whose runs end when told to, or when they are aborted. */
function laneOver(queue: string[], changes: Partial<LaneOptions<string>> = {}) {
  const ends = new Map<string, () => void>()
  const log: string[] = []
  const lane = createLane<string>({
    capacity: 2,
    claim: async (room) => queue.splice(0, room),
    keyOf: (work) => work,
    run: (work, signal) =>
      new Promise((resolve) => {
        log.push(signal.aborted ? `${work} began aborted` : `${work} began`)
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', () => {
          log.push(`${work} aborted`)
          resolve()
        })
        ends.set(work, resolve)
      }),
    onFault: async (error, work) => void log.push(`fault in ${work}: ${error}`),
    ...changes,
  })
  return { lane, log, end: (work: string) => ends.get(work)?.() }
}

const turn = (): Promise<void> => new Promise(setImmediate)

describe('createLane', () => {
  test('works on as many as it has room for, and takes the next when one ends', async () => {
    const { lane, log, end } = laneOver(['a', 'b', 'c'])
    lane.wake()
    await turn()
    expect(log).toEqual(['a began', 'b began'])
    end('b')
    await turn()
    expect(log).toEqual(['a began', 'b began', 'c began'])
    expect(lane.underWay()).toHaveLength(2)
  })

  test('a wake during a claim that finds nothing is not lost', async () => {
    const queue: string[] = []
    const claiming = [Promise.withResolvers<void>()]
    const { lane, log } = laneOver(queue, {
      async claim(room) {
        const found = queue.splice(0, room)
        await claiming.shift()?.promise
        return found
      },
    })
    const [first] = claiming
    lane.wake()
    queue.push('a')
    lane.wake()
    first?.resolve()
    await turn()
    expect(log).toEqual(['a began'])
  })

  test('goes on after a claim that threw', async () => {
    let broken = true
    const { lane, log } = laneOver([], {
      async claim() {
        if (!broken) return log.includes('a began') ? [] : ['a']
        throw new Error('no catalog')
      },
    })
    lane.wake()
    await turn()
    broken = false
    lane.wake()
    await turn()
    expect(log).toEqual(['fault in null: Error: no catalog', 'a began'])
  })

  test('says which work threw, and goes on with the rest', async () => {
    const { lane, log } = laneOver(['a', 'b'], {
      capacity: 1,
      async run(work) {
        if (work === 'a') throw new Error('a bug')
        log.push(`${work} done`)
      },
    })
    lane.wake()
    await turn()
    expect(log).toEqual(['fault in a: Error: a bug', 'b done'])
  })

  test('abort reaches work that is just being claimed', async () => {
    const claimed = Promise.withResolvers<string[]>()
    const claims = [claimed.promise]
    const { lane, log } = laneOver([], { claim: () => claims.shift() ?? Promise.resolve([]) })
    lane.wake()
    const aborted = lane.abort('a')
    claimed.resolve(['a'])
    expect(await aborted).toBe(true)
    expect(log).toEqual(['a began', 'a aborted'])
    expect(await lane.abort('a')).toBe(false)
  })

  test('stop aborts what is under way and what is just being claimed, and takes no more', async () => {
    const claimed = Promise.withResolvers<string[]>()
    const claims = [Promise.resolve(['a']), claimed.promise, Promise.resolve(['c'])]
    const { lane, log } = laneOver([], { claim: () => claims.shift() ?? Promise.resolve([]) })
    lane.wake()
    await turn()
    const stopped = lane.stop()
    claimed.resolve(['b'])
    await stopped
    lane.wake()
    await turn()
    expect(log).toEqual(['a began', 'a aborted', 'b began aborted'])
    expect(lane.underWay()).toEqual([])
  })

  test('drain lets what is under way end, and what was being claimed too', async () => {
    const claimed = Promise.withResolvers<string[]>()
    const claims = [claimed.promise]
    const { lane, log, end } = laneOver([], { claim: () => claims.shift() ?? Promise.resolve([]) })
    lane.wake()
    let drained = false
    const draining = lane.drain().then(() => {
      drained = true
    })
    claimed.resolve(['a'])
    await turn()
    expect([log, drained]).toEqual([['a began'], false])
    end('a')
    await draining
    expect(lane.underWay()).toEqual([])
  })
})
