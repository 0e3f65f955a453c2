// npm start: builds the desktop app and opens it, on Electron where its binary is or can be fetched, else on the stand-in.
import { spawn, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { _electron, type Page } from '@playwright/test'
import { findChromium } from '../test/support/standin/chromium.ts'
import { type ElectronHost, electronHost, ROOT, standinHost } from './electron-host.ts'

const FETCH_BUDGET_MS = 180_000
const REACH_BUDGET_MS = 5000
const STILL_MS = 2000
const STILL_TRIES = 6

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)
const args = [ROOT, ...process.argv.slice(2)]

build()
const host = hasDisplay ? await hostForPeople() : standinHost
if (!host.isReal && findChromium(process.env) === undefined) {
  stop('Neither Electron nor Chromium is here. Install Chromium (Debian: apt-get install chromium), then start again.')
}
if (hasDisplay) openWindow(host)
else await runWithoutWindow(host)

function build(): void {
  const shell = process.platform === 'win32'
  const { status } = spawnSync('electron-vite', ['build', '--logLevel', 'error'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell,
  })
  if (status !== 0) stop('The build failed; what is above says why.')
}

/** Electron, fetched once if need be; the stand-in where that fails. */
async function hostForPeople(): Promise<ElectronHost> {
  const present = electronHost()
  if (present.isReal) return present
  const why = await fetchElectron()
  const fetched = electronHost()
  if (!fetched.isReal) console.log(`Electron is not here and ${why}: Galley starts on its stand-in, in Chromium.`)
  return fetched
}

/** Why Electron could not be fetched, as the end of a sentence. */
async function fetchElectron(): Promise<string> {
  const source = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/'
  try {
    await fetch(source, { method: 'HEAD', signal: AbortSignal.timeout(REACH_BUDGET_MS) })
  } catch {
    return `${new URL(source).host} cannot be reached`
  }
  console.log('Fetching Electron, once ...')
  const installer = join(ROOT, 'node_modules', 'electron', 'install.js')
  const { status } = spawnSync(process.execPath, [installer], { timeout: FETCH_BUDGET_MS, stdio: 'ignore' })
  return status === 0 ? 'its binary does not start' : 'it could not be fetched'
}

function openWindow({ executable, isReal }: ElectronHost): void {
  // Chromium refuses its sandbox to root.
  const asRoot = isReal && process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const env = isReal ? process.env : { ...process.env, STANDIN_HEADED: '1' }
  const child = spawn(executable, [...asRoot, ...args], { cwd: ROOT, stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => stop(`Galley could not be started: ${error.message}`))
  child.once('exit', (code) => process.exit(code ?? 1))
}

/** There is nothing to show a window on: what it would show is a picture, and Galley works on until it is ended. */
async function runWithoutWindow({ name, env }: ElectronHost): Promise<void> {
  Object.assign(process.env, env)
  const picture = join(tmpdir(), 'galley-window.png')
  try {
    const app = await _electron.launch({ args, cwd: ROOT, colorScheme: null })
    const closed = new Promise<void>((resolve) => app.once('close', () => resolve()))
    const page = await app.firstWindow()
    await page.waitForURL(/index\.html/)
    await capture(page, picture)
    console.log(`No display: Galley runs on ${name} without a window. What it would show: ${picture}. Ctrl-C ends it.`)
    await closed
  } catch (error) {
    // The first line says what; the rest is the driver's own story.
    stop(`Galley could not be started: ${String(error).split('\n')[0]}`)
  }
}

/** Takes the picture once the page stands still: it fills while the engine starts. */
async function capture(page: Page, path: string): Promise<void> {
  let before: Buffer = Buffer.alloc(0)
  for (let tries = 0; tries < STILL_TRIES; tries++) {
    const now = await page.screenshot({ path })
    if (now.equals(before)) return
    before = now
    await setTimeout(STILL_MS)
  }
}

function stop(line: string): never {
  console.error(line)
  process.exit(1)
}
