import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { ROOT } from '../../scripts/electron-host.ts'
import { firstPage, expect as plainExpect, test } from './fixture.ts'
import { openPractice } from './practice-window.ts'

/** A process may take its time to start on a busy computer. */
const expect = plainExpect.configure({ timeout: 30_000 })

async function enginePid(page: Page): Promise<number> {
  const activity = await page.evaluate(() => window.galley.activity())
  if (!activity.ok) throw new Error(activity.failure.message)
  return activity.value.engine.pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Starts Galley once more over the same data, as a person would who does not see it in the tray. */
function startAgain(app: ElectronApplication, config: string): ChildProcess {
  const args = [ROOT, `--user-data-dir=${join(config, 'Galley')}`]
  return spawn(app.process().spawnfile, args, { env: { ...process.env, XDG_CONFIG_HOME: config }, stdio: 'ignore' })
}

test('closing the window hides it and leaves the engine at work; starting Galley again shows that window', async ({
  app,
  page,
  config,
  evaluateMain,
}) => {
  const visible = () =>
    evaluateMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
  await expect.poll(visible).toEqual([true])
  await evaluateMain(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await visible()).toEqual([false])
  expect(await page.evaluate(() => window.galley.status())).toMatchObject({ ok: true })

  const second = startAgain(app, config)
  await once(second, 'exit')
  await expect.poll(visible).toEqual([true])
})

test('the engine that is killed comes back, and the window hears of it', async ({ page }) => {
  const before = await enginePid(page)
  await page.evaluate(() => {
    const heard: string[] = []
    window.galley.on('engineState', ({ state }) => heard.push(state))
    Object.assign(window, { heard })
  })
  process.kill(before, 'SIGKILL')

  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard)
  await expect.poll(heard).toEqual(['restarting', 'starting', 'running'])
  expect(await enginePid(page)).not.toBe(before)
})

test('an engine that is killed a third time within minutes is left down, said so, and started again when asked', async ({
  page,
}) => {
  const killed = new Set<number>()
  for (let crash = 1; crash <= 3; crash++) {
    const pid = await enginePid(page)
    expect(killed.has(pid)).toBe(false)
    killed.add(pid)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
  }
  await expect
    .poll(() => page.evaluate(() => window.galley.status()))
    .toMatchObject({ ok: false, failure: { code: 'internal' } })
  await page.evaluate(() => window.galley.restartEngine())
  expect(killed.has(await enginePid(page))).toBe(false)
})

test('quitting leaves no process behind', async ({ app, page }) => {
  const pid = await enginePid(page)
  await app.close()
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('a secret on a computer without a key store is not written anywhere', async ({ page, config }) => {
  const info = await page.evaluate(() => window.galley.appInfo())
  const persist = info.ok && info.value.secretsPersist
  const kept = await page.evaluate(() =>
    window.galley.saveShop({
      shop: { id: 'shop', name: 'Shop', kind: 'real', nas: null, backendUrl: null },
      secrets: { 'nas-password': 'tiger-7' },
    }),
  )
  expect(kept).toEqual({ ok: true, value: { persisted: persist } })
  expect(await page.evaluate(() => window.galley.knownSecrets({ shopId: 'shop' }))).toEqual({
    ok: true,
    value: ['nas-password'],
  })
  expect(existsSync(join(config, 'Galley', 'secrets.json'))).toBe(persist)
})

test('a choice at the end of Settings is made without moving the window', async ({ app }) => {
  const page = await openPractice(app)
  await page.keyboard.press('Control+4')
  await page.getByText('Limited', { exact: true }).click()
  await expect(page.getByLabel('At most')).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(0)
})

test('the language that was chosen is spoken at once, and again after a start', async ({ launch }) => {
  const first = await launch()
  const page = await openPractice(first)
  await page.keyboard.press('Control+4')
  await page.getByText('Español', { exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Ajustes' })).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('es')
  await first.close()

  const again = await firstPage(await launch())
  await expect(again.getByRole('navigation', { name: 'Pantallas' })).toBeVisible()
})
