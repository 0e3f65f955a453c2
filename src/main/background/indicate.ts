import { type BrowserWindow, Notification, type PowerSaveBlocker } from 'electron'
import { texts } from '../texts.ts'
import { endedBetween, type Summary, taskbarProgress } from './summary.ts'

/** Shows a notice where the system has any. */
export function notify({ title, body }: { title: string; body: string }, onClick: () => void = () => undefined): void {
  if (!Notification.isSupported()) return
  const notice = new Notification({ title, body })
  notice.on('click', onClick)
  notice.show()
}

/** Shows on the taskbar how far the work is. */
export function indicateProgress(window: BrowserWindow, before: Summary, after: Summary): void {
  const [was, is] = [taskbarProgress(before), taskbarProgress(after)]
  if (was.mode !== is.mode || Math.abs(was.value - is.value) >= 0.001)
    window.setProgressBar(is.value, { mode: is.mode })
}

/** One notice for each batch that ended and for a stopped engine, unless the person is looking. */
export function notifyOfEnds(
  before: Summary,
  after: Summary,
  isWatched: () => boolean,
  onView: (batchId: string) => void,
): void {
  if (isWatched()) return
  for (const batch of endedBetween(before, after)) notify(texts.notices.batchEnded(batch), () => onView(batch.id))
  if (after.engine.state === 'stopped' && before.engine.state !== 'stopped') {
    notify(texts.notices.stopped(after.engine.failure.message))
  }
}

/** Keeps the computer awake while bytes move, and only then. */
export function keepAwake(blocker: PowerSaveBlocker): { update(summary: Summary): void } {
  let id: number | null = null
  return {
    update({ engine, status }) {
      const moving = engine.state === 'running' && status.bytesPerSecond > 0
      if (moving && id === null) id = blocker.start('prevent-app-suspension')
      if (!moving && id !== null) {
        blocker.stop(id)
        id = null
      }
    },
  }
}
