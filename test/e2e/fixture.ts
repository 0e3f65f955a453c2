import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { electronHost, ROOT } from '../../scripts/electron-host.ts'

interface Fixtures {
  /** The folder that is the user's configuration for this test: no test sees another's data. */
  readonly config: string
  /** Starts the built app; started again, it finds what it left. The last one is closed after the test. */
  readonly launch: () => Promise<ElectronApplication>
  readonly app: ElectronApplication
  readonly page: Page
  /** Runs in the app's main process; the first parameter is the `electron` module. */
  readonly evaluateMain: ElectronApplication['evaluate']
  /** Drags files and folders from the desktop onto an element and lets them go. */
  readonly dropFiles: (selector: string, paths: readonly string[]) => Promise<void>
}

const WINDOW_URL = /\/index\.html/

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from the pattern
  config: async ({}, use, info) => {
    const config = info.outputPath('config')
    mkdirSync(config, { recursive: true })
    await use(config)
  },

  launch: async ({ config }, use, info) => {
    const host = electronHost()
    info.annotations.push({ type: 'runs on', description: host.name })
    // The electron package reads it in this process, when Playwright looks for the binary.
    Object.assign(process.env, host.env)
    const running = new Set<ElectronApplication>()
    await use(async () => {
      const app = await _electron.launch({
        args: [ROOT, `--user-data-dir=${join(config, 'Galley')}`],
        cwd: ROOT,
        // The app decides on its theme; Playwright would otherwise fix it to light.
        colorScheme: null,
        env: { ...definedOnly(process.env), XDG_CONFIG_HOME: config },
      })
      running.add(app)
      app.once('close', () => running.delete(app))
      return app
    })
    for (const app of running) await app.close()
  },

  app: async ({ launch }, use) => use(await launch()),

  page: async ({ app }, use) => use(await firstPage(app)),

  evaluateMain: async ({ app }, use) => use(app.evaluate.bind(app) as ElectronApplication['evaluate']),

  dropFiles: async ({ page }, use) => use((selector, paths) => dropOn(page, selector, paths)),
})

export { expect } from '@playwright/test'

/** The app's window, once its page has loaded. */
export async function firstPage(app: ElectronApplication): Promise<Page> {
  const page = await app.firstWindow()
  await page.waitForURL(WINDOW_URL)
  await page.waitForLoadState()
  return page
}

/** A real drag and drop by Chromium: the page gets files with their paths, and folders. */
export async function dropOn(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  const box = await page.locator(selector).boundingBox()
  if (box === null) throw new Error(`${selector} is not on the page.`)
  const session = await page.context().newCDPSession(page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data })
  await session.detach()
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
