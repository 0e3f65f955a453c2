import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { feedResponseSchema } from '../../src/shared/api/records.ts'
import type { BatchView, ReceiptLine } from '../../src/shared/domain/batch.ts'
import type { Timetable } from '../../src/shared/domain/speed-limit.ts'
import { findDifferences } from '../support/differences.ts'
import { startPractice } from '../support/practice.ts'
import { dropOn, expect, firstPage, test } from './fixture.ts'
import { drawDesigns, openPractice, screenshots } from './practice-window.ts'

const DESIGNS = 50
/** Bytes per second. */
const SLOW = 100_000

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

test('a link that leads out of a dropped folder is followed once a person says so', async ({ launch }, info) => {
  test.setTimeout(120_000)
  const [mine, elsewhere] = [info.outputPath('mine'), info.outputPath('elsewhere')]
  await drawDesigns(mine, 1)
  await drawDesigns(elsewhere, 3)
  await symlink(elsewhere, join(mine, 'link'))
  const page = await openPractice(await launch())
  await dropOn(page, '.workplace', [mine])
  const batch = page.getByRole('tree')
  await expect(batch.getByText('1 uploaded')).toBeVisible({ timeout: 60_000 })
  await expect(batch.getByText('1 link leads elsewhere')).toBeVisible()
  await batch.getByRole('button', { name: 'Follow 1 link' }).click()
  // The first of the three is the one that was there.
  await expect(batch.getByText('3 uploaded · 1 skipped')).toBeVisible({ timeout: 60_000 })
  await expect(batch.getByRole('button', { name: 'Follow 1 link' })).toBeHidden()
})

test('quit in the middle, started again: the rest goes on by itself and nothing is lost or doubled', async ({
  launch,
  config,
}, info) => {
  test.setTimeout(240_000)
  const sources = await drawDesigns(info.outputPath('designs'), DESIGNS)
  const first = await launch()
  const page = await openPractice(first)
  // Slow enough that they are not all there before it quits.
  await limitSpeed(page, [{ at: '00:00', bytesPerSecond: SLOW }])
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
  await limitSpeed(again, [])
  await expect(again.getByRole('tree').getByText(`${DESIGNS} uploaded`)).toBeVisible({ timeout: 120_000 })
  const receipt = await receiptOf(again)
  await second.close()
  expect(await differences(config, sources, receipt)).toEqual([])
})

async function limitSpeed(page: Page, timetable: Timetable): Promise<void> {
  await page.evaluate((limits) => window.galley.limitSpeed({ timetable: limits }), timetable)
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
