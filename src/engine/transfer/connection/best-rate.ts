/** A rate is forgotten after one to two of these: longer than the NAS stands still for a sync, so that it costs no speed. */
const EPOCH_MS = 1_000

/** The best rate of the last moments: what a line can deliver, as its other rates are those of a wait for something else. */
export interface BestRate {
  /** One that says only that the line does so much at least does not make the best one older. */
  add(bytesPerMs: number, isFull: boolean): void
  readonly bytesPerMs: number
}

/** `guess` stands until something is known of a line that was full. */
export function createBestRate(now: () => number, guess: number): BestRate {
  let [before, current] = [guess, 0]
  let beganAt = Number.NEGATIVE_INFINITY

  return {
    add(bytesPerMs, isFull) {
      if (isFull && now() - beganAt > EPOCH_MS) {
        before = current
        current = 0
        beganAt = now()
      }
      current = Math.max(current, bytesPerMs)
    },
    get bytesPerMs() {
      return Math.max(before, current)
    },
  }
}
