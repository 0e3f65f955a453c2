import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

export const EXECUTABLE = join(import.meta.dirname, 'dist', 'electron')
const FIXTURE = join(import.meta.dirname, 'fixtures', 'app')

export interface RunningFixture extends AsyncDisposable {
  readonly app: ElectronApplication
  readonly page: Page
  readonly userData: string
  readonly args: readonly string[]
}

/** Starts the fixture app on the stand-in as Playwright starts any Electron app, with a user data folder of its own. */
export async function launchFixture(): Promise<RunningFixture> {
  process.env.ELECTRON_OVERRIDE_DIST_PATH = join(import.meta.dirname, 'dist')
  const userData = mkdtempSync(join(tmpdir(), 'standin-fixture-'))
  const args = [FIXTURE, `--user-data-dir=${userData}`]
  const app = await _electron.launch({ args, colorScheme: null })
  const page = await app.firstWindow()
  await page.waitForURL(/index\.html/)
  await page.waitForFunction(() => 'received' in window)
  return {
    app,
    page,
    userData,
    args,
    async [Symbol.asyncDispose]() {
      await app.close()
      rmSync(userData, { recursive: true, force: true })
    },
  }
}
