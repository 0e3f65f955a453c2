import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { expect, firstPage } from './fixture.ts'

const SIZE = { width: 950, height: 433 }

/** The first run: one click, and the practice shop takes designs. */
export async function openPractice(app: ElectronApplication): Promise<Page> {
  const page = await firstPage(app)
  await page.getByRole('button', { name: 'Open practice shop' }).click()
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible({ timeout: 90_000 })
  return page
}

/** Designs of their own; their paths. */
export async function drawDesigns(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  for (let seed = 0; seed < count; seed++) {
    const path = join(folder, `Design ${String(seed + 1).padStart(2, '0')}.png`)
    await writeFile(path, await drawDesign(seed, SIZE))
    paths.push(path)
  }
  return paths
}

/** In both themes. */
export async function screenshots(page: Page, path: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${path}-${colorScheme}.png`, animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: null })
}
