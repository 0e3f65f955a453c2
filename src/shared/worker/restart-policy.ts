/** How often a kind of process may crash before it is left down. */
export interface RestartLimits {
  /** The crash that makes it this many within the window is the last. */
  readonly crashes: number
  readonly withinMs: number
  readonly firstDelayMs: number
}

/** For the engine process: the third crash within five minutes leaves it down, until a person starts it again. */
export const ENGINE_RESTART_LIMITS: RestartLimits = { crashes: 3, withinMs: 5 * 60_000, firstDelayMs: 250 }

export type RestartDecision = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give-up' }

/** What to do about a process that just crashed. `crashTimes`: when it crashed, the last time included, and `now`, both
 *  monotonic ms. Only crashes within the window count, and each of them makes the delay four times as long. */
export function decideRestart(crashTimes: readonly number[], now: number, limits: RestartLimits): RestartDecision {
  const recent = crashTimes.filter((at) => now - at < limits.withinMs).length
  if (recent >= limits.crashes) return { kind: 'give-up' }
  return { kind: 'restart', afterMs: limits.firstDelayMs * 4 ** Math.max(0, recent - 1) }
}
