import { Notification } from 'electron'
import type { Notice } from './notice-words.ts'

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
