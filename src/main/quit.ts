import type { App } from 'electron'
import type { Log } from '../shared/worker/log.ts'

/** Ends Galley in order: however quitting was asked for, the work is stopped first, within its budget. */
export function onQuit(options: {
  readonly app: Pick<App, 'on' | 'quit'>
  /** Tells the person what stays undone. */
  announce(): void
  stop(): Promise<void>
  readonly log: Log
}): { isLeaving(): boolean } {
  const { app, log } = options
  let stage: 'working' | 'stopping' | 'stopped' = 'working'

  app.on('before-quit', (event) => {
    if (stage === 'stopped') return
    event.preventDefault()
    if (stage === 'stopping') return
    stage = 'stopping'
    log.info('quitting')
    options.announce()
    void options.stop().finally(() => {
      stage = 'stopped'
      app.quit()
    })
  })
  // The window only hides; without a listener Electron would quit with the last one.
  app.on('window-all-closed', () => undefined)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit())
  return { isLeaving: () => stage !== 'working' }
}
