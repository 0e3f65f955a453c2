import { EventEmitter } from 'node:events'
import type { Session, WebContents } from 'electron'
import { beforeEach, expect, test } from 'vitest'
import { lockDown } from './lock-down.ts'

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0]
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0]
type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]

/** A session and a page that keep what they are told to ask. */
class FakeSession {
  request: RequestHandler = null
  check: CheckHandler = null
  setPermissionRequestHandler(handler: RequestHandler): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.check = handler
  }
}

class FakeContents extends EventEmitter {
  open: OpenHandler | undefined
  getURL(): string {
    return 'app://galley/index.html'
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.open = handler
  }
  /** Was it prevented? */
  asks(event: string, url: string): boolean {
    let isPrevented = false
    this.emit(event, {
      url,
      preventDefault() {
        isPrevented = true
      },
    })
    return isPrevented
  }
}

let session: FakeSession
let contents: FakeContents
beforeEach(() => {
  const app = new EventEmitter()
  session = new FakeSession()
  contents = new FakeContents()
  lockDown(app as unknown as Parameters<typeof lockDown>[0], session as unknown as Session)
  app.emit('web-contents-created', {}, contents)
})

test('no permission is granted, asked for or looked up', () => {
  const decided: boolean[] = []
  const ask = session.request as unknown as (of: unknown, name: string, decide: (isGranted: boolean) => void) => void
  for (const name of ['notifications', 'media', 'clipboard-read']) ask(contents, name, (given) => decided.push(given))
  expect(decided).toEqual([false, false, false])
  expect((session.check as unknown as () => boolean)()).toBe(false)
})

test('no page opens a window', () => {
  const open = contents.open as unknown as (details: { url: string }) => unknown
  for (const url of ['https://example.invalid/', 'app://galley/index.html'])
    expect(open({ url })).toEqual({ action: 'deny' })
})

test('a page leads nowhere, but may be loaded anew', () => {
  expect(contents.asks('will-navigate', 'https://example.invalid/')).toBe(true)
  expect(contents.asks('will-navigate', 'app://galley/index.html?x')).toBe(true)
  expect(contents.asks('will-navigate', contents.getURL())).toBe(false)
})

test('no page holds another one', () => {
  expect(contents.asks('will-attach-webview', 'https://example.invalid/')).toBe(true)
})
