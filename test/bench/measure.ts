import { readFileSync } from 'node:fs'

type Contenders = Readonly<Record<string, (round: number) => Promise<unknown>>>
type Results<C extends Contenders> = { readonly [Name in keyof C]: Awaited<ReturnType<C[Name]>>[] }

/** Runs the contenders in turn, `rounds` times, each round beginning with the next one, so that drift and warm caches
 *  favour nobody. What each returned, by its name, in order. */
export async function interleave<C extends Contenders>(rounds: number, contenders: C): Promise<Results<C>> {
  const entries = Object.entries(contenders)
  const results: Record<string, unknown[]> = Object.fromEntries(entries.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const first = round % entries.length
    for (const [name, contender] of [...entries.slice(first), ...entries.slice(0, first)]) {
      results[name]?.push(await contender(round))
    }
  }
  return results as Results<C>
}

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Each result of a contender divided by the other's of the same round: what disturbs the machine for a while disturbs both. */
export function ratios<T>(ours: readonly T[], theirs: readonly T[], figure: (result: T) => number): number[] {
  return ours.flatMap((result, round) => {
    const other = theirs[round]
    return other === undefined ? [] : [figure(result) / figure(other)]
  })
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
