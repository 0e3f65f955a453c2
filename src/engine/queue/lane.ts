/** Runs one stage's work: as many at a time as it has room for, as long as there is some. */
export interface Lane {
  /** There may be work or room now. */
  wake(): void
  readonly inFlight: number
  /** Takes no more and settles when what is under way has ended. */
  drain(): Promise<void>
  /** Takes no more, asks what is under way to stop, and settles when it has. */
  stop(): Promise<void>
  /** Asks the work on one key to stop and settles when it has. True if there was any. */
  abort(key: string): Promise<boolean>
}

export interface LaneOptions<W> {
  readonly capacity: number
  /** Claims at most `room` pieces of work, durably. */
  claim(room: number): Promise<readonly W[]>
  keyOf(work: W): string
  /** Does it and says so in the catalog. A throw is a bug. */
  run(work: W, signal: AbortSignal): Promise<void>
  onFault(error: unknown): void
}

export function createLane<W>({ capacity, claim, keyOf, run, onFault }: LaneOptions<W>): Lane {
  const running = new Map<string, { controller: AbortController; ended: Promise<void> }>()
  let stopped = false
  let pumping = false
  let wanted = false

  const begin = (work: W): void => {
    const controller = new AbortController()
    const key = keyOf(work)
    const ended = run(work, controller.signal)
      .catch(onFault)
      .finally(() => {
        running.delete(key)
        lane.wake()
      })
    running.set(key, { controller, ended })
  }

  const pump = async (): Promise<void> => {
    pumping = true
    while (wanted && !stopped && running.size < capacity) {
      wanted = false
      const claimed = await claim(capacity - running.size)
      for (const work of claimed) begin(work)
      if (claimed.length > 0) wanted = true
    }
    pumping = false
  }

  const lane: Lane = {
    wake() {
      wanted = true
      if (!pumping && !stopped) void pump().catch(onFault)
    },
    get inFlight() {
      return running.size
    },
    async drain() {
      stopped = true
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
    stop() {
      for (const { controller } of running.values()) controller.abort()
      return lane.drain()
    },
    async abort(key) {
      const work = running.get(key)
      work?.controller.abort()
      await work?.ended
      return work !== undefined
    },
  }
  return lane
}
