import type { SpeedLimit } from '../../shared/domain/speed-limit.ts'
import type { EngineState } from '../../shared/ipc/window.ts'

/** How all of it stands, for the one line that is always in sight. */
export type Standing = 'stopped' | 'restarting' | 'paused' | 'waiting' | 'working' | 'review' | 'idle'

interface Facts {
  readonly engine: EngineState['state']
  readonly isPaused: boolean
  readonly toGo: number
  readonly toReview: number
  /** Something outside Galley holds files back. */
  readonly isHeld: boolean
  readonly limit: Pick<SpeedLimit, 'bytesPerSecond'>
}

/** What stops everything stands before what stops some of it; nothing works while the engine is away. */
export function standingOf({ engine, isPaused, toGo, toReview, isHeld, limit }: Facts): Standing {
  if (engine === 'stopped' || engine === 'restarting') return engine
  if (isPaused) return 'paused'
  if (toGo > 0) return isHeld || limit.bytesPerSecond === 0 ? 'waiting' : 'working'
  return toReview > 0 ? 'review' : 'idle'
}
