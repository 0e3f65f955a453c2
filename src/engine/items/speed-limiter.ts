import { isDeepStrictEqual } from 'node:util'
import { limitAt, type SpeedLimit, type Timetable } from '../../shared/domain/speed-limit.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Clock } from '../ports.ts'

/** A longer timer would be wrong after a sleep or a change of the clock. */
const LOOK_EVERY_MS = 10_000
const MINUTE_MS = 60_000

/** Knows how fast uploads may go at the moment. */
export interface SpeedLimiter {
  readonly timetable: Timetable
  readonly now: SpeedLimit
  /** Durable before it answers; holds at once. */
  set(timetable: Timetable): Promise<void>
  dispose(): void
}

/** Looks at this computer's wall clock, and calls `onChange` whenever another limit holds than before. */
export function createSpeedLimiter(
  { settings, write }: Pick<Catalog, 'settings' | 'write'>,
  clock: Clock,
  onChange: (limit: SpeedLimit) => void,
): SpeedLimiter {
  let timetable = settings.timetable()
  let now: SpeedLimit
  let timer: NodeJS.Timeout | undefined

  const look = (): SpeedLimit => {
    const time = new Date(clock.now())
    const limit = limitAt(timetable, time.getHours() * 60 + time.getMinutes())
    clearTimeout(timer)
    if (limit.until !== null) {
      const untilMinuteMs = MINUTE_MS - (clock.now() % MINUTE_MS)
      timer = setTimeout(lookAgain, Math.min(LOOK_EVERY_MS, untilMinuteMs))
    }
    return limit
  }

  const lookAgain = (): void => {
    const before = now
    now = look()
    if (!isDeepStrictEqual(before, now)) onChange(now)
  }

  now = look()
  return {
    get timetable() {
      return timetable
    },
    get now() {
      return now
    },
    async set(to) {
      await write(() => settings.setTimetable(to))
      timetable = to
      lookAgain()
    },
    dispose: () => clearTimeout(timer),
  }
}
