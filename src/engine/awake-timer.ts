const TICKS = 50

/** Runs once after `ms` in which this process ran; returns what prevents it. The hours that a computer sleeps, or that
 *  the process is stopped, do not count, though the clock of some systems goes on meanwhile. */
export function afterAwake(ms: number, run: () => void): () => void {
  let left = TICKS
  const timer = setInterval(() => {
    left -= 1
    if (left > 0) return
    clearInterval(timer)
    run()
  }, ms / TICKS)
  return () => clearInterval(timer)
}
