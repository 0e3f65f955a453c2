import type { App } from 'electron'
import type { MenuCommand } from '../../shared/ipc/window.ts'
import type { Summary } from '../background/summary.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import type { Timing } from '../supervisor/supervise.ts'
import { batchesToRetry, type TrayAction } from './tray-menu.ts'

/** Does what was chosen in the tray. */
export function trayActions(parts: {
  readonly app: Pick<App, 'quit'>
  readonly engine: EngineProcess
  readonly timing: Timing
  summary(): Summary
  show(): void
  command(command: MenuCommand): void
}): (action: TrayAction) => void {
  const { engine } = parts
  let cancelResume = (): void => undefined
  const resume = (): void => void engine.call('resume', { batchId: null })

  return (action) => {
    switch (action.kind) {
      case 'open':
        return parts.show()
      case 'settings':
        return parts.command({ command: 'settings' })
      case 'show-batch':
        return parts.command({ command: 'show-batch', shopId: action.shopId, batchId: action.batchId })
      case 'pause':
        cancelResume()
        cancelResume = action.forMs === null ? () => undefined : parts.timing.after(action.forMs, resume)
        void engine.call('pause', { batchId: null })
        return
      case 'resume':
        cancelResume()
        return resume()
      case 'retry-failed':
        for (const { id } of batchesToRetry(parts.summary())) void engine.call('retry', { batchId: id })
        return
      case 'quit':
        return parts.app.quit()
    }
  }
}
