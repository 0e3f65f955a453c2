import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Cdp } from './cdp.ts'

export interface Chromium {
  readonly cdp: Cdp
  /** Where another debugger (Playwright) attaches. */
  readonly debugUrl: string
  readonly version: string
  readonly process: ChildProcess
  /** Asks it to end, waits, and removes its profile. */
  close(): Promise<void>
}

export interface ChromiumOptions {
  readonly executable: string
  readonly debugPort: string
  readonly headed: boolean
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const PROFILE = 'standin-chromium-'
const CLOSE_BUDGET_MS = 3000
const FLAGS = [
  '--no-first-run',
  '--no-startup-window',
  '--no-default-browser-check',
  '--password-store=basic',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-extensions',
  '--disable-dev-shm-usage',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--allow-file-access-from-files',
]

/** The system's Chromium, or undefined. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  if (env.STANDIN_CHROMIUM !== undefined) return env.STANDIN_CHROMIUM
  const folders = (env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** Starts Chromium without a window. Its life hangs on the pipe to this process. */
export async function launchChromium(options: ChromiumOptions): Promise<Chromium> {
  removeOrphanedProfiles()
  const profile = mkdtempSync(join(tmpdir(), `${PROFILE}${process.pid}-`))
  const flags = [
    ...(options.headed ? [] : ['--headless=new']),
    // Chromium refuses its sandbox to root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--remote-debugging-pipe',
    `--remote-debugging-port=${options.debugPort}`,
    `--user-data-dir=${profile}`,
    ...FLAGS,
  ]
  const child = spawn(options.executable, flags, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  const debugUrl = await announcedUrl(child)
  const [, , , output, input] = child.stdio
  const cdp = new Cdp(input as Readable, output as Writable)
  const { product } = await cdp.browser.send('Browser.getVersion')
  return {
    cdp,
    debugUrl,
    version: product.split('/')[1] ?? product,
    process: child,
    async close() {
      const gone = new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve()
        else child.once('exit', () => resolve())
      })
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_BUDGET_MS)
      cdp.browser.send('Browser.close').catch(() => undefined)
      await gone
      clearTimeout(timer)
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${firstComplaint(heard)}`)))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      heard = (heard + text).slice(-4000)
      const url = /DevTools listening on (ws:\S+)/.exec(heard)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}

/** What Chromium said first, without its prefix; it complains of a missing D-Bus on any server. */
function firstComplaint(heard: string): string {
  const lines = heard.split('\n').filter((line) => line.trim() !== '' && !line.includes('dbus'))
  const complaint = lines.find((line) => line.startsWith('[')) ?? lines.at(-1)
  return complaint?.replace(/^\[[^\]]*\]\s*/, '') ?? 'it said nothing'
}

/** Removes the profiles of stand-ins that were killed before they could. */
function removeOrphanedProfiles(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PROFILE) ? Number(name.slice(PROFILE.length).split('-')[0]) : Number.NaN
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid))
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  // Zero and below would name process groups.
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
