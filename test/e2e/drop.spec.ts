import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import sharp from 'sharp'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { feedResponseSchema } from '../../src/shared/api/records.ts'
import type { BatchView, ReceiptLine } from '../../src/shared/domain/batch.ts'
import { findDifferences } from '../support/differences.ts'
import { startPractice } from '../support/practice.ts'
import { dropOn, expect, firstPage, test } from './fixture.ts'

const DESIGNS = 50
const SIZE = { width: 950, height: 433 }

test('a folder of 50 designs dropped on the practice shop is stored, recorded and told, one each', async ({
  launch,
  config,
}, info) => {
  test.setTimeout(240_000)
  const sources = await drawDesigns(info.outputPath('designs'), DESIGNS)
  const app = await launch()
  const page = await openPractice(app)
  await screenshots(page, info.outputPath('invitation'))

  await dropOn(page, '.workplace', [info.outputPath('designs')])
  await expect(page.getByRole('tree')).toBeVisible()
  await expect.poll(async () => (await onlyBatch(page))?.counts.done ?? 0, { timeout: 60_000 }).toBeGreaterThan(4)
  await screenshots(page, info.outputPath('uploading'))
  await expect(page.getByRole('tree').getByText(`${DESIGNS} uploaded`)).toBeVisible({ timeout: 120_000 })
  await screenshots(page, info.outputPath('done'))

  const receipt = await receiptOf(page)
  await app.close()
  expect(await differences(config, sources, receipt)).toEqual([])
})

test('quit in the middle, started again: the rest goes on by itself and nothing is lost or doubled', async ({
  launch,
  config,
}, info) => {
  test.setTimeout(240_000)
  const sources = await drawDesigns(info.outputPath('designs'), DESIGNS)
  const first = await launch()
  const page = await openPractice(first)
  await dropOn(page, '.workplace', [info.outputPath('designs')])
  await expect(page.getByRole('tree')).toBeVisible()
  await expect.poll(async () => (await onlyBatch(page))?.counts.done ?? 0, { timeout: 60_000 }).toBeGreaterThan(4)
  const before = await onlyBatch(page)
  const closed = first.waitForEvent('close')
  await first.evaluate(({ app }) => app.quit())
  await closed
  expect(before?.counts.done).toBeLessThan(DESIGNS)

  const second = await launch()
  const again = await firstPage(second)
  await expect(again.getByText(/Going on with \d+ uploads? from the last time/)).toBeVisible()
  await again.screenshot({ path: info.outputPath('restored.png') })
  await expect(again.getByRole('tree').getByText(`${DESIGNS} uploaded`)).toBeVisible({ timeout: 120_000 })
  const receipt = await receiptOf(again)
  await second.close()
  expect(await differences(config, sources, receipt)).toEqual([])
})

test('designs that resemble known ones wait side by side with them until a key decides', async ({ launch }, info) => {
  test.setTimeout(180_000)
  const originals = await drawDesigns(info.outputPath('originals'), 3)
  const page = await openPractice(await launch())
  await dropOn(page, '.workplace', [info.outputPath('originals')])
  await expect(page.getByRole('tree').getByText('3 uploaded')).toBeVisible({ timeout: 60_000 })

  const smaller = info.outputPath('smaller')
  await mkdir(smaller, { recursive: true })
  for (const [index, path] of originals.entries())
    await sharp(path)
      .resize(600)
      .png()
      .toFile(join(smaller, `smaller ${index}.png`))
  await dropOn(page, '.workplace', [smaller])
  await expect(page.getByRole('button', { name: /^Review\s*3$/ })).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('Control+2')
  await expect(page.getByText('1 of 3')).toBeVisible()
  const pictures = page.locator('.compare-picture img')
  await expect(pictures).toHaveCount(2)
  for (const picture of await pictures.all())
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await screenshots(page, info.outputPath('review'))

  await page.keyboard.press('s')
  await expect(page.getByText('1 of 2')).toBeVisible()
  await page.keyboard.press('k')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await page.getByRole('button', { name: 'Skip' }).click()
  await expect(page.getByText('Nothing to review')).toBeVisible()
  await page.keyboard.press('Control+1')
  await expect(page.getByRole('tree').getByText('1 uploaded · 2 skipped')).toBeVisible({ timeout: 60_000 })
})

/** The first run: one click, and the practice shop takes designs. */
async function openPractice(app: ElectronApplication): Promise<Page> {
  const page = await firstPage(app)
  await page.getByRole('button', { name: 'Open practice shop' }).click()
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible({ timeout: 90_000 })
  return page
}

async function drawDesigns(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  for (let seed = 0; seed < count; seed++) {
    const path = join(folder, `Design ${String(seed + 1).padStart(2, '0')}.png`)
    await writeFile(path, await drawDesign(seed, SIZE))
    paths.push(path)
  }
  return paths
}

async function onlyBatch(page: Page): Promise<BatchView | undefined> {
  const status = await page.evaluate(() => window.galley.status())
  return status.ok ? status.value.batches[0] : undefined
}

async function receiptOf(page: Page): Promise<readonly ReceiptLine[]> {
  const batchId = (await onlyBatch(page))?.id ?? ''
  const receipt = await page.evaluate((id) => window.galley.receipt({ batchId: id }), batchId)
  return receipt.ok ? receipt.value : []
}

/** What the receipt says against the files under the practice NAS and the rows of its backend, after Galley ended. */
async function differences(
  config: string,
  sources: readonly string[],
  receipt: readonly ReceiptLine[],
): Promise<readonly string[]> {
  const folder = join(config, 'Galley', 'practice')
  const nasRoot = join(folder, 'nas')
  await using practice = await startPractice(folder)
  const { backendUrl, token } = practice.place
  const answer = await fetch(`${backendUrl}/v1/hashes`, { headers: { authorization: `Bearer ${token}` } })
  const { entries } = feedResponseSchema.parse(await answer.json())
  // The practice NAS offers its folder as `/`.
  const onDisk = <T extends { readonly remotePath: string | null }>(row: T): T => ({
    ...row,
    remotePath: row.remotePath === null ? null : join(nasRoot, row.remotePath),
  })
  return findDifferences({ sources, nasRoot, records: entries.map(onDisk), receipt: receipt.map(onDisk) })
}

async function screenshots(page: Page, path: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${path}-${colorScheme}.png`, animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: null })
}
