import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropOn } from '../../e2e/fixture.ts'
import type {} from './fixtures/app/page-globals.ts'
import { launchFixture, type RunningFixture } from './launch-fixture.ts'

let running: RunningFixture
beforeAll(async () => {
  running = await launchFixture()
})
afterAll(() => running[Symbol.asyncDispose]())

describe('IPC', () => {
  test('invoke keeps what JSON would lose: dates, maps, buffers, undefined, NaN', async () => {
    const seen = await running.page.evaluate(async () => {
      const bytes = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)
      const sent = { date: new Date(5), map: new Map([['key', new Set([1n])]]), bytes, nothing: undefined }
      const back = (await window.fixture.invoke('echo', {
        ...sent,
        list: [Number.NaN, -0, undefined],
      })) as typeof sent & {
        list: unknown[]
      }
      return {
        date: back.date instanceof Date && back.date.getTime(),
        set: back.map.get('key')?.has(1n),
        bytes: [...back.bytes],
        isTyped: back.bytes instanceof Uint8Array,
        hasNothing: 'nothing' in back,
        list: back.list.map((item) => (Object.is(item, -0) ? '-0' : String(item))),
        inMain: await window.fixture.invoke('describe', new Map()),
      }
    })
    expect(seen).toEqual({
      date: 5,
      set: true,
      bytes: [1, 2, 3],
      isTyped: true,
      hasNothing: true,
      list: ['NaN', '-0', 'undefined'],
      inMain: '[object Map]',
    })
  })

  test('an error in main reaches the page as the text that Electron makes of it, and nothing else', async () => {
    const texts = await running.page.evaluate(() =>
      Promise.all(
        ['fail', 'nobody'].map((channel) => window.fixture.invoke(channel).catch((error: Error) => error.message)),
      ),
    )
    expect(texts).toEqual([
      "Error invoking remote method 'fail': TypeError: boom from main",
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    ])
  })

  test('a function cannot be sent', async () => {
    const text = await running.page.evaluate(() =>
      window.fixture.invoke('echo', { call: () => 1 }).catch((error: Error) => error.message),
    )
    expect(text).toContain('could not be cloned')
  })

  test('main sees the page under the address that it loaded', async () => {
    expect(await running.page.evaluate(() => window.fixture.invoke('sender'))).toBe('app://galley/index.html')
  })
})

describe('worlds', () => {
  test('the page sees nothing of the preload but frozen copies of what it exposed', async () => {
    const seen = await running.page.evaluate(() => {
      const { fixture } = window
      try {
        fixture.secret.inner = 2
      } catch {
        // Frozen: in a module or a strict function this throws.
      }
      return {
        copy: fixture.secret.inner,
        original: fixture.innerValue(),
        isFrozen: Object.isFrozen(fixture) && Object.isFrozen(fixture.secret),
        variable: 'preloadSecret' in window,
        node: 'require' in window || 'process' in window,
        internals: Object.keys(window).filter((name) => name.startsWith('in_') || name.startsWith('out_')),
      }
    })
    expect(seen).toEqual({ copy: 1, original: 1, isFrozen: true, variable: false, node: false, internals: [] })
  })

  test('a member of ipcRenderer that is not implemented throws by its name', async () => {
    const text = await running.page.evaluate(() => {
      try {
        window.fixture.unimplemented()
        return 'no error'
      } catch (error) {
        return String(error)
      }
    })
    expect(text).toContain('ipcRenderer.sendSync is not implemented')
  })
})

describe('the app scheme', () => {
  test('the page, its scripts and images come from protocol.handle, under the policy of the header', async () => {
    const seen = await running.page.evaluate(async () => {
      const missing = await fetch('./missing.html')
      document.body.insertAdjacentHTML('beforeend', '<p style="color: rgb(1, 2, 3)">text</p>')
      return {
        image: document.images[0]?.naturalWidth,
        inlineRan: window.inlineRan === true,
        isStyled: getComputedStyle(document.body.lastElementChild ?? document.body).color === 'rgb(1, 2, 3)',
        missing: missing.status,
        isSecure: isSecureContext,
      }
    })
    expect(seen).toEqual({ image: 1, inlineRan: false, isStyled: false, missing: 404, isSecure: true })
  })

  test('permissions that the handler refuses are denied in the page', async () => {
    const states = await running.page.evaluate(async () => [
      Notification.permission,
      (await navigator.permissions.query({ name: 'geolocation' })).state,
    ])
    expect(states).toEqual(['denied', 'denied'])
  })
})

describe('vetoes', () => {
  test('a navigation that will-navigate prevents does not happen', async () => {
    // The promise is wrapped: only when the listener is there may the page navigate.
    const asked = await running.app.evaluateHandle(({ BrowserWindow }) => ({
      url: new Promise((resolve) => {
        BrowserWindow.getAllWindows()[0]?.webContents.once('will-navigate', (event) => {
          event.preventDefault()
          resolve(event.url)
        })
      }),
    }))
    await running.page.evaluate(() => {
      document.title = 'still here'
      location.assign('https://elsewhere.invalid/')
    })
    expect(await asked.evaluate(({ url }) => url)).toBe('https://elsewhere.invalid/')
    await expect.poll(() => running.page.title()).toBe('still here')
    expect(
      await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL()),
    ).toBe('app://galley/index.html')
  })

  test('a popup that the handler denies is gone', async () => {
    const opened = running.app.context().waitForEvent('page')
    await running.page.evaluate(() => void window.open('https://elsewhere.invalid/'))
    await opened
    await expect.poll(() => running.app.windows().length, { timeout: 20_000 }).toBe(1)
  })

  test.each([
    ['sandbox', false],
    ['nodeIntegration', true],
    ['contextIsolation', false],
  ])('a window with %s: %s is refused', async (name, value) => {
    const text = await running.app.evaluate(
      ({ BrowserWindow }, preference) => {
        try {
          return String(new BrowserWindow({ webPreferences: preference }))
        } catch (error) {
          return String(error)
        }
      },
      { [name]: value },
    )
    expect(text).toContain(`webPreferences with ${name}: ${value} are refused`)
  })
})

describe('files', () => {
  test('dropped and picked files and folders have their real paths in the preload', async () => {
    const [file, folder] = [join(running.userData, 'a design.png'), join(running.userData, 'designs')]
    writeFileSync(file, 'not a picture')
    mkdirSync(folder)
    await dropOn(running.page, '#zone', [file, folder])
    await running.page.waitForFunction(() => window.dropped !== undefined)
    expect(await running.page.evaluate(() => window.dropped)).toEqual([file, folder])
    await running.page.setInputFiles('input', file)
    await running.page.waitForFunction(() => window.picked !== undefined)
    expect(await running.page.evaluate(() => window.picked)).toEqual([file])
  })
})

test('the theme source is what the page sees of the system', async () => {
  const isDark = () => running.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const setTheme = (source: 'dark' | 'light') =>
    running.app.evaluate(({ nativeTheme }, wanted) => {
      nativeTheme.themeSource = wanted
      return nativeTheme.shouldUseDarkColors
    }, source)
  expect(await setTheme('dark')).toBe(true)
  await expect.poll(isDark).toBe(true)
  expect(await setTheme('light')).toBe(false)
  await expect.poll(isDark).toBe(false)
})

test('a window is captured as it is drawn', async () => {
  const size = await running.app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.capturePage()
    return image?.getSize()
  })
  expect(size?.width).toBeGreaterThan(300)
  expect(size?.height).toBeGreaterThan(300)
})

test('headers of responses pass through the session of the app', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<title>before</title><script>document.title = "ran"</script>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const title = await running.app.evaluate(async ({ BrowserWindow, session }, url) => {
    session.defaultSession.webRequest.onHeadersReceived((details, answer) =>
      answer({ responseHeaders: { ...details.responseHeaders, 'content-security-policy': "script-src 'none'" } }),
    )
    const window = new BrowserWindow({ show: false })
    await window.loadURL(url)
    const seen: unknown = await window.webContents.executeJavaScript('document.title')
    session.defaultSession.webRequest.onHeadersReceived(null)
    window.destroy()
    return seen
  }, `http://127.0.0.1:${port}/`)
  server.close()
  expect(title).toBe('before')
})
