import type { BrowserWindow, PowerSaveBlocker } from 'electron'
import { type Summary, taskbarProgress } from './summary.ts'

/** Shows on the taskbar how far the work is. */
export function indicateProgress(window: BrowserWindow, before: Summary, after: Summary): void {
  const [was, is] = [taskbarProgress(before), taskbarProgress(after)]
  if (was.mode !== is.mode || Math.abs(was.value - is.value) >= 0.001)
    window.setProgressBar(is.value, { mode: is.mode })
}

/** Keeps the computer awake while bytes move, and only then. */
export function keepAwake(blocker: PowerSaveBlocker): { update(summary: Summary): void } {
  let id: number | null = null
  return {
    update({ engine, status, batches }) {
      const isOpen = batches.some(({ state }) => state !== 'ended')
      const moving = engine.state === 'running' && isOpen && status.bytesPerSecond > 0
      if (moving && id === null) id = blocker.start('prevent-app-suspension')
      if (!moving && id !== null) {
        blocker.stop(id)
        id = null
      }
    },
  }
}
