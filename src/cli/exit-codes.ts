/** What the shell is told. */
export const EXIT = {
  ok: 0,
  /** Galley itself could not do its work. */
  fault: 1,
  usage: 2,
  /** Some files failed, or wait for a decision, the NAS or the backend. */
  someFailed: 3,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
