import type { EngineDelta } from '../../shared/ipc/engine.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'

/** Follows the engine's projection. `begin` starts over: the next delta is the whole of it. */
export function followEngine(engine: EngineProcess, onDelta: (delta: EngineDelta) => void): { begin(): void } {
  let following = new AbortController()
  return {
    begin() {
      following.abort()
      const mine = new AbortController()
      following = mine
      const onEvent = (delta: EngineDelta): void => {
        // What was on its way when the watch started over is older than the snapshot.
        if (!mine.signal.aborted) onDelta(delta)
      }
      void engine.call('watch', null, { signal: mine.signal, onEvent })
    },
  }
}
