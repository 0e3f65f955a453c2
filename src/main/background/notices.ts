import { Notification } from 'electron'
import { texts } from '../texts.ts'
import { endedBetween, type Summary } from './summary.ts'

export interface Notice {
  readonly title: string
  readonly body: string
}

/** Not every system says when a notice is gone; older ones can no longer be clicked. */
const CLICKABLE = 20

/** Shows notices where the system has any. Those that may still be clicked are held, or they would be collected. */
export function openNotices(): (notice: Notice, onClick?: () => void) => void {
  const held: Notification[] = []
  return (notice, onClick = () => undefined) => {
    if (!Notification.isSupported()) return
    const shown = new Notification(notice)
    held.push(shown)
    if (held.length > CLICKABLE) held.shift()
    shown.on('click', onClick)
    shown.show()
  }
}

/** One notice for each batch that ended, and one when the engine was given up. */
export function noticesOfEnds(
  before: Summary,
  after: Summary,
): readonly { readonly notice: Notice; readonly batchId: string | null }[] {
  const ended = endedBetween(before, after).map((batch) => ({
    notice: texts.notices.batchEnded(batch),
    batchId: batch.id,
  }))
  if (after.engine.state !== 'stopped' || before.engine.state === 'stopped') return ended
  return [...ended, { notice: texts.notices.stopped(after.engine.failure.message), batchId: null }]
}
