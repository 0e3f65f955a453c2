import { readFileSync } from 'node:fs'

/** Runs the contenders in turn, `rounds` times, each round beginning with the next one, so that drift and warm caches
 *  favour nobody. What each returned, by its name, in order. */
export async function interleave<Name extends string, T>(
  rounds: number,
  contenders: Readonly<Record<Name, (round: number) => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(contenders) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name
      results[name].push(await contenders[name](round))
    }
  }
  return results
}

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** CPU time of all children of this process that have ended, ms; read it before and after one child. Linux only. */
export function endedChildrenCpuMs(): number {
  const { userTicks, systemTicks } = cpuTicks(readFileSync('/proc/self/stat', 'utf8'), 'ended children')
  return (userTicks + systemTicks) * MS_PER_TICK
}

/** Linux counts CPU time of processes in hundredths of a second for every reader of /proc. */
export const MS_PER_TICK = 10

/** The CPU columns of a /proc/PID/stat line. The command in brackets may itself hold spaces and brackets. */
export function cpuTicks(
  stat: string,
  of: 'itself' | 'ended children',
): { readonly userTicks: number; readonly systemTicks: number } {
  const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const first = of === 'itself' ? 11 : 13
  return { userTicks: Number(columns[first]), systemTicks: Number(columns[first + 1]) }
}
