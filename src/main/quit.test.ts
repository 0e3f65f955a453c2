import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { expect, onTestFinished, test } from 'vitest'
import { settled } from '../../test/support/fake-timing.ts'
import { onQuit } from './quit.ts'

/** An app that quits as Electron's does: only where nobody prevents it. */
class FakeApp extends EventEmitter {
  hasQuit = false
  quit(): void {
    let isPrevented = false
    this.emit('before-quit', {
      preventDefault() {
        isPrevented = true
      },
    })
    if (!isPrevented) this.hasQuit = true
  }
}

test('the work is stopped first, once, however often quitting is asked for, and then the app quits', async () => {
  const signals = ['SIGTERM', 'SIGINT'] as const
  const before = signals.map((signal) => process.listeners(signal))
  onTestFinished(() => {
    for (const [at, signal] of signals.entries())
      for (const listener of process.listeners(signal))
        if (before[at]?.includes(listener) === false) process.off(signal, listener)
  })
  const app = new FakeApp()
  const stopped = Promise.withResolvers<void>()
  const done: string[] = []
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const leaving = onQuit({
    app: app as unknown as Pick<App, 'on' | 'quit'>,
    announce: () => void done.push('announced'),
    stop() {
      done.push('stopping')
      return stopped.promise
    },
    log: quiet,
  })
  expect(leaving.isLeaving()).toBe(false)
  app.quit()
  app.quit()
  expect([done, app.hasQuit, leaving.isLeaving()]).toEqual([['announced', 'stopping'], false, true])
  stopped.resolve()
  await settled()
  expect([done, app.hasQuit]).toEqual([['announced', 'stopping'], true])
})
