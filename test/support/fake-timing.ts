import type { Timing } from '../../src/main/supervisor/supervise.ts'

/** Time that passes only when told to. */
export function fakeTiming(): Timing & { pass(ms: number): Promise<void> } {
  let now = 0
  let due: { at: number; run: () => void }[] = []
  return {
    monotonic: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      due.push(timer)
      return () => {
        due = due.filter((other) => other !== timer)
      }
    },
    async pass(ms) {
      now += ms
      const ready = due.filter(({ at }) => at <= now)
      due = due.filter(({ at }) => at > now)
      for (const { run } of ready) run()
      await settled()
    },
  }
}

/** Lets everything that is on its way between two ends arrive. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
