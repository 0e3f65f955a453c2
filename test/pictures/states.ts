// Every state of the window, in both themes, small, at 200 % and in Spanish, to be looked at: `.galley/states`. The
// README's pictures are those of `take.ts`, of the real app.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContextOptions, expect, test } from '@playwright/test'
import { ROOT } from '../../scripts/electron-host.ts'
import { openPreview } from '../support/renderer-preview/open-preview.ts'
import { VIEWS } from '../support/renderer-preview/views.ts'

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  small: { viewport: { width: 900, height: 600 } },
  // As 1280 x 800 looks when it is zoomed to 200 %.
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  spanish: { locale: 'es-ES' },
  'spanish-small': { viewport: { width: 900, height: 600 }, locale: 'es-ES', colorScheme: 'dark' },
  contrast: { forcedColors: 'active', colorScheme: 'dark' },
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every state, ${look}`, async () => {
    await using preview = await openPreview()
    expect(preview, 'needs Chromium').not.toBeNull()
    if (preview === null) return
    const folder = join(ROOT, '.galley', 'states', look)
    await mkdir(folder, { recursive: true })
    const page = await preview.open('empty', options)
    for (const { name, scene, act } of VIEWS) {
      await preview.show(page, scene)
      await act?.(page)
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
    }
  })
}
