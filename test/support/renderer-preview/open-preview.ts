import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { findChromium } from '../standin/chromium.ts'
import { servePreview } from './serve.ts'

/** The window in a plain browser, with a scripted engine. */
export interface Preview extends AsyncDisposable {
  /** A page that shows a scene, once its first words are drawn. */
  open(scene: string, options?: BrowserContextOptions): Promise<Page>
  /** Another scene in such a page. */
  show(page: Page, scene: string): Promise<void>
}

/** Of a page, unless it is asked for in another. */
export const SIZE = { width: 1280, height: 800 }

/** Starts the preview's server and a browser; null where there is no Chromium. Use with `await using`. */
export async function openPreview(): Promise<Preview | null> {
  const executablePath = findChromium(process.env)
  if (executablePath === undefined) return null
  const server = await servePreview()
  // Chromium refuses its sandbox to root.
  const browser: Browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
  const show = async (page: Page, scene: string): Promise<void> => {
    await page.goto(`${server.url}?scene=${scene}`)
    await page.locator('h1').first().waitFor()
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
  }
  return {
    show,
    async open(scene, options = {}) {
      const context = await browser.newContext({ viewport: SIZE, ...options })
      const page = await context.newPage()
      await show(page, scene)
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await server.close()
    },
  }
}
