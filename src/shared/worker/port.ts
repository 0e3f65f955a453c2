/** One end of a channel between two processes. Values cross by structured clone. One generation of a child is one
 *  port: answers of a dead child cannot arrive at the next. */
export interface Port {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the other side is gone. */
  onClose(listener: () => void): void
  close(): void
}

export const WORKER_KINDS = ['imaging', 'transfer', 'copy', 'records', 'mockups'] as const
export type WorkerKind = (typeof WORKER_KINDS)[number]

/** MB that V8 may use for what is young, of a child of ours of that name; it takes far more by itself, and keeps it. With 1, an
 *  imaging worker holds 16 MB less, at the same CPU; with 4, an engine peaked at 199 MB instead of 273 over 10,000 files. */
const YOUNG_MB: Readonly<Record<string, number>> = { imaging: 1, mockups: 1, engine: 4 }

/** How a child of ours of that name is forked, for less memory. glibc gives each thread a heap of its own and keeps what it
 *  grew to: with one heap, an imaging worker peaked at 133 MB instead of 209 MB on print files; returning what is free at
 *  its end, a transfer worker at 126 MB instead of 157 on 4 x 200 MB. An imaging worker takes as much again for the next
 *  picture and keeps it: 10 to 15 % less CPU a file, at the same peak. */
export function forkOptions(name: string): { readonly env: Record<string, string>; readonly execArgv: string[] } {
  const kept = String(name === 'imaging' || name === 'mockups' ? 32 * 2 ** 20 : 128 * 2 ** 10)
  const youngMb = YOUNG_MB[name]
  return {
    env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: kept, MALLOC_MMAP_THRESHOLD_: kept },
    execArgv: youngMb === undefined ? [] : [`--max-semi-space-size=${youngMb}`],
  }
}

export interface ExitInfo {
  readonly code: number | null
  readonly signal: string | null
}

/** A child process as its supervisor holds it. */
export interface ChildHandle {
  readonly port: Port
  readonly pid: number | undefined
  /** Settles when the process has ended, however it ended; never rejects. */
  readonly exited: Promise<ExitInfo>
  /** Ends it at once. */
  kill(): void
}
