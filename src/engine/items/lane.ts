/** Runs one stage's work: as many at a time as it has room for, as long as there is some. */
export interface Lane {
  /** There may be work or room now. */
  wake(): void
  /** There will be after that long, unless it is stopped before. The last to be told counts. */
  wakeIn(delayMs: number): void
  /** The keys of what is under way. */
  underWay(): readonly string[]
  /** Takes no more and settles when what is under way has ended. */
  drain(): Promise<void>
  /** Takes no more, asks what is under way to stop, and settles when it has. */
  stop(): Promise<void>
  /** Asks the work on one key to stop and settles when it has; work that is just being claimed too. True if there was
   *  any. */
  abort(key: string): Promise<boolean>
}

export interface LaneOptions<W> {
  readonly capacity: number
  /** Claims at most `room` pieces of work, durably. */
  claim(room: number): Promise<readonly W[]>
  keyOf(work: W): string
  /** Does it and says so in the catalog. A throw is a bug. */
  run(work: W, signal: AbortSignal): Promise<void>
  /** Hears of bugs; `work` is null when it was the claim that threw. Leaves the work so that it is not claimed again at
   *  once, for ever. */
  onFault(error: unknown, work: W | null): Promise<void>
}

export function createLane<W>({ capacity, claim, keyOf, run, onFault }: LaneOptions<W>): Lane {
  const running = new Map<string, { controller: AbortController; ended: Promise<void> }>()
  let stopped = false
  let aborting = false
  let pumping = false
  let wanted = false
  let timer: NodeJS.Timeout | undefined
  let taking: Promise<boolean> = Promise.resolve(false)

  const begin = (work: W): void => {
    const controller = new AbortController()
    if (aborting) controller.abort()
    const key = keyOf(work)
    const ended = run(work, controller.signal)
      .catch((error) => onFault(error, work))
      .finally(() => {
        running.delete(key)
        lane.wake()
      })
    running.set(key, { controller, ended })
  }

  const takeUp = async (): Promise<boolean> => {
    const claimed = await claim(capacity - running.size)
    for (const work of claimed) begin(work)
    return claimed.length > 0
  }

  const pump = async (): Promise<void> => {
    pumping = true
    try {
      while (wanted && !stopped && running.size < capacity) {
        wanted = false
        taking = takeUp()
        if (await taking) wanted = true
      }
    } finally {
      pumping = false
    }
  }

  const lane: Lane = {
    wake() {
      wanted = true
      if (!pumping && !stopped) void pump().catch((error) => onFault(error, null))
    },
    wakeIn(delayMs) {
      clearTimeout(timer)
      if (!stopped) timer = setTimeout(lane.wake, delayMs)
    },
    underWay: () => [...running.keys()],
    async drain() {
      stopped = true
      await Promise.allSettled([taking])
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
    stop() {
      aborting = true
      clearTimeout(timer)
      for (const { controller } of running.values()) controller.abort()
      return lane.drain()
    },
    async abort(key) {
      await Promise.allSettled([taking])
      const work = running.get(key)
      work?.controller.abort()
      await work?.ended
      return work !== undefined
    },
  }
  return lane
}
