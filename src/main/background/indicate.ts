import type { BrowserWindow, PowerSaveBlocker } from 'electron'
import type { WorkStatus } from '../../shared/domain/work-status.ts'
import type { TaskbarProgress } from './taskbar.ts'

/** Shows on the taskbar how far the work is; what is seen there already is not shown anew. */
export function indicateProgress(window: Pick<BrowserWindow, 'setProgressBar'>): (now: TaskbarProgress) => void {
  let shown: TaskbarProgress = { value: -1, mode: 'none' }
  return (now) => {
    if (shown.mode === now.mode && Math.abs(shown.value - now.value) < 0.001) return
    shown = now
    window.setProgressBar(now.value, { mode: now.mode })
  }
}

/** Keeps the computer awake while bytes move, and only then. */
export function keepAwake(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): { update(work: WorkStatus): void } {
  let id: number | null = null
  return {
    update(work) {
      const isMoving = work.kind === 'working' && work.bytesPerSecond > 0
      if (isMoving && id === null) id = blocker.start('prevent-app-suspension')
      if (!isMoving && id !== null) {
        blocker.stop(id)
        id = null
      }
    },
  }
}
