import { waitsForSomebody } from '../../shared/domain/failure.ts'
import type { WorkStatus } from '../../shared/domain/work-status.ts'

/** The icons that there are. `waiting`: for what comes back by itself; `refused`: nothing goes on until somebody mends it. */
export type TrayIcon = 'idle' | 'working' | 'paused' | 'waiting' | 'asking' | 'refused' | 'failed'

/** The icon of a status. What went wrong comes before what wants a decision, and that before what only goes on or waits. */
export function trayIcon(work: WorkStatus): TrayIcon {
  if (work.kind === 'stopped') return 'refused'
  if (work.kind === 'held' && waitsForSomebody(work.failure.code)) return 'refused'
  if (work.failedUnseen > 0) return 'failed'
  if (work.toDecide > 0) return 'asking'
  switch (work.kind) {
    case 'held':
      return 'waiting'
    case 'asking':
    case 'failed':
    case 'paused':
    case 'working':
      return work.kind
    case 'starting':
    case 'restarting':
    case 'idle':
      return 'idle'
  }
}

/** The name of an icon's file. macOS gives its bar's colour to a template; elsewhere there is one for either bar. */
export function trayIconFile(icon: TrayIcon, platform: NodeJS.Platform, isDarkBar: boolean): string {
  return `${icon}${platform === 'darwin' ? 'Template' : isDarkBar ? '-dark' : '-light'}.png`
}
