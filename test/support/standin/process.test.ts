import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { descendantsOf, signalProcess } from '../processes.ts'
import type {} from './fixtures/app/page-globals.ts'
import { EXECUTABLE, launchFixture, type RunningFixture } from './launch-fixture.ts'

/** What the fixture's main process puts on its global object. */
interface FixtureMain {
  readonly left: Electron.UtilityProcess
  readonly right: Electron.UtilityProcess
  readonly heard?: unknown
  readonly second?: { argv: string[]; data: unknown }
}

let running: RunningFixture
beforeAll(async () => {
  running = await launchFixture()
})
afterAll(() => running[Symbol.asyncDispose]())

test('two utility processes talk over a channel that main made', async () => {
  const heard = () =>
    running.app.evaluate(() => {
      const { heard } = globalThis as unknown as FixtureMain
      const { as, heard: message } = (heard ?? {}) as { as?: string; heard?: { list?: Map<string, Date> } }
      return [as, message?.list?.get('when')?.getTime()]
    })
  await expect.poll(heard).toEqual(['left', 7])
})

test('the page and a utility process talk over a channel that main made', async () => {
  const answered = () =>
    running.page.evaluate(() =>
      (window.received as { from: string; heard: { when: Date } }[]).map(({ from, heard }) => [
        from,
        heard.when.getTime(),
      ]),
    )
  await expect.poll(answered).toEqual([['page-worker', 5]])
})

test('a later instance on the same user data is refused and greets the first', async () => {
  const later = spawn(EXECUTABLE, [...running.args, 'from-later'], { stdio: 'ignore' })
  const [code] = await once(later, 'exit')
  expect(code).toBe(0)
  const second = () =>
    running.app.evaluate(() => {
      const { second } = globalThis as unknown as FixtureMain
      return second && { last: second.argv.at(-1), data: second.data }
    })
  await expect.poll(second).toEqual({ last: 'from-later', data: { from: 'second' } })
})

test('a utility process that exits reports its code, one that is killed its signal', async () => {
  const codes = await running.app.evaluate(async () => {
    const { left, right } = globalThis as unknown as FixtureMain
    const ended = [left, right].map((child) => new Promise((resolve) => child.once('exit', resolve)))
    left.postMessage({ kind: 'exit', code: 3 })
    process.kill(right.pid ?? 0, 'SIGKILL')
    return [await Promise.all(ended), left.pid, right.pid]
  })
  expect(codes).toEqual([[3, 9], undefined, undefined])
})

test('a page that crashes tells its window, and can be loaded again', async () => {
  const { reason, title } = await running.app.evaluate(async ({ BrowserWindow }) => {
    const window = new BrowserWindow({ show: false })
    await window.loadURL('app://galley/index.html')
    const gone = new Promise<string>((resolve) =>
      window.webContents.once('render-process-gone', (_event, details) => resolve(details.reason)),
    )
    window.webContents.forcefullyCrashRenderer()
    const reason = await gone
    await window.loadURL('app://galley/index.html')
    const title: unknown = await window.webContents.executeJavaScript('document.title')
    window.destroy()
    return { reason, title }
  })
  expect({ reason, title }).toEqual({ reason: 'crashed', title: 'Fixture' })
})

test('what is not implemented throws by its name', async () => {
  const texts = await running.app.evaluate(({ app, BrowserWindow, dialog }) => {
    const [window] = BrowserWindow.getAllWindows()
    const members: [object, string][] = [
      [app, 'getGPUInfo'],
      [BrowserWindow, 'addExtension'],
      [window ?? {}, 'setKiosk'],
      [window?.webContents ?? {}, 'printToPDF'],
      [dialog, 'showCertificateTrustDialog'],
    ]
    return members.map(([owner, member]) => {
      try {
        return `${member} is ${String(Reflect.get(owner, member))}`
      } catch (error) {
        return String(error)
      }
    })
  })
  expect(texts).toEqual(
    [
      'app.getGPUInfo',
      'BrowserWindow.addExtension',
      'BrowserWindow.setKiosk',
      'webContents.printToPDF',
      'dialog.showCertificateTrustDialog',
    ].map((name) => `Error: electron stand-in: ${name} is not implemented`),
  )
})

test('secrets come back as they were, and damaged ones do not', async () => {
  const seen = await running.app.evaluate(async ({ safeStorage }) => {
    const encrypted = await safeStorage.encryptStringAsync('päss')
    const damaged = Buffer.from(encrypted)
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    return {
      available: [safeStorage.isEncryptionAvailable(), await safeStorage.isAsyncEncryptionAvailable()],
      hidden: !encrypted.includes('päss'),
      back: (await safeStorage.decryptStringAsync(encrypted)).result,
      sync: safeStorage.decryptString(safeStorage.encryptString('x')),
      damaged: await safeStorage.decryptStringAsync(damaged).then(
        () => 'accepted',
        () => 'refused',
      ),
    }
  })
  expect(seen).toEqual({ available: [true, true], hidden: true, back: 'päss', sync: 'x', damaged: 'refused' })
})

test('quitting asks in order, and each may stop it', async () => {
  const order = await running.app.evaluate(({ app, BrowserWindow }) => {
    const heard: string[] = []
    const [window] = BrowserWindow.getAllWindows()
    app.once('before-quit', () => heard.push('before-quit'))
    window?.once('close', (event) => {
      heard.push('close')
      event.preventDefault()
    })
    app.once('will-quit', () => heard.push('will-quit'))
    app.quit()
    app.removeAllListeners('will-quit')
    return [...heard, window?.isDestroyed()]
  })
  expect(order).toEqual(['before-quit', 'close', false])
})

test('killed with -9 it leaves neither Chromium nor utility processes', async () => {
  const doomed = await launchFixture()
  const { pid } = doomed.app.process()
  const children = await descendantsOf(pid ?? 0)
  expect(children.some(({ command }) => command.includes('worker.ts'))).toBe(true)
  expect(children.some(({ command }) => command.includes('--type=renderer'))).toBe(true)
  signalProcess(pid ?? 0, 'SIGKILL')
  const left = () => children.filter((child) => signalProcess(child.pid, 0 as never)).map(({ command }) => command)
  await expect.poll(left, { timeout: 10_000 }).toEqual([])
  await doomed[Symbol.asyncDispose]()
})

test.each([
  ['is not here', { PATH: '' }, 'Install it'],
  ['does not start', { STANDIN_CHROMIUM: '/nowhere/chromium' }, 'did not start'],
])('a Chromium that %s is one line, not a stack trace', (_name, env, text) => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'electron.ts'), '.'], {
    env,
    encoding: 'utf8',
  })
  expect(
    stderr
      .trim()
      .split('\n')
      .filter((line) => !line.includes('Warning')),
  ).toEqual([expect.stringContaining(text)])
  expect(status).toBe(1)
})
