import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { startBackend } from '../support/backend.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { dropOn, expect, firstPage, test } from './fixture.ts'
import { drawDesigns, openPractice, screenshots } from './practice-window.ts'
import { SHOP, setUp } from './set-up.ts'

test('designs that resemble known ones wait beside them until keys decide, and a key takes the last decision back', async ({
  launch,
}, info) => {
  test.setTimeout(180_000)
  const originals = await drawDesigns(info.outputPath('originals'), 3)
  const page = await openPractice(await launch())
  await upload(page, info.outputPath('originals'), 3)

  const smaller = info.outputPath('smaller')
  for (const [index, path] of originals.entries()) await resize(path, 600, join(smaller, `smaller ${index}.png`))
  await dropOn(page, '.workplace', [smaller])
  await openReview(page, 3)
  await page.keyboard.press('Control+1')
  for (const choice of ['es', 'en'] as const) {
    await page.evaluate((language) => window.galley.chooseLanguage({ choice: language }), choice)
    await page.reload()
    for (const size of [
      { width: 900, height: 600 },
      { width: 1280, height: 800 },
    ]) {
      await page.setViewportSize(size)
      await expect.poll(() => cutOrCovered(page)).toEqual([])
    }
  }
  await page.keyboard.press('Control+2')
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible()
  const pictures = page.locator('.compare-picture img')
  await expect(pictures).toHaveCount(2)
  for (const picture of await pictures.all())
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
  await screenshots(page, info.outputPath('review'))
  await page.keyboard.press('c')
  await page.getByRole('slider').press('End')
  await expect(page.getByRole('slider')).toHaveValue('100')
  await screenshots(page, info.outputPath('slider'))

  // The letters decide also while the slider has the focus.
  await page.keyboard.press('s')
  await expect(page.getByText('1 of 2', { exact: true })).toBeVisible()
  await expect(page.getByRole('status').getByText('Skip: 1 file')).toBeVisible()
  await screenshots(page, info.outputPath('decided'))
  await page.keyboard.press('Control+z')
  await expect(page.getByText('1 file back in review.')).toBeVisible()
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible()

  await page.keyboard.press('s')
  await expect(page.getByText('1 of 2', { exact: true })).toBeVisible()
  await page.keyboard.press('v')
  await expect(page.getByText('1 of 1', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Skip' }).click()
  await expect(page.getByText('Nothing to review')).toBeVisible()
  await page.keyboard.press('Control+1')
  await expect(page.getByRole('tree').getByText('1 uploaded · 2 skipped')).toBeVisible({ timeout: 60_000 })
})

test('twelve files that look like one design are one question, but for one that is left out, and are not asked about again', async ({
  launch,
}, info) => {
  test.setTimeout(240_000)
  const [original = ''] = await drawDesigns(info.outputPath('original'), 1)
  const page = await openPractice(await launch())
  await upload(page, info.outputPath('original'), 1)

  const folder = info.outputPath('look-alikes')
  for (let n = 0; n < 12; n++)
    await resize(original, 500 + n * 20, join(folder, `cow ${String(n + 1).padStart(2, '0')}.png`))
  await dropOn(page, '.workplace', [folder])
  await openReview(page, 12)
  await expect(page.getByText('1 of 1', { exact: true })).toBeVisible()
  await expect(page.getByText('12 files look like this design.')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('x')
  await expect(page.getByRole('checkbox', { name: 'Decide cow 02.png with the group' })).not.toBeChecked()
  await screenshots(page, info.outputPath('group'))
  await page.setViewportSize({ width: 900, height: 600 })
  await screenshots(page, info.outputPath('group-small'))
  await page.keyboard.press('s')
  await expect(page.getByRole('button', { name: /^Review\s*1$/ })).toBeVisible()
  await page.keyboard.press('n')
  await expect(page.getByText('Nothing to review')).toBeVisible()
  await page.keyboard.press('Control+1')
  await expect(page.getByRole('tree').getByText('1 uploaded · 11 skipped')).toBeVisible({ timeout: 60_000 })

  await dropOn(page, '.workplace', [folder])
  await expect(page.getByRole('tree').getByText('All 12 designs are already in the library')).toBeVisible({
    timeout: 60_000,
  })
})

test('a design whose picture this computer does not have is shown by the one at the service', async ({
  launch,
  config,
}, info) => {
  test.setTimeout(180_000)
  await using service = await startBackend()
  await service.addShop(SHOP)
  await using nas = await startSshServer()
  const [original = ''] = await drawDesigns(info.outputPath('original'), 1)
  const app = await launch()
  const first = await firstPage(app)
  await setUp(first, nas, async () => {
    const code = (await service.backend.openPairing(SHOP))?.code ?? ''
    await first.getByLabel('Pairing code').fill(`${service.url} ${code}`)
    await first.keyboard.press('Enter')
  })
  await upload(first, info.outputPath('original'), 1)
  await app.close()
  // As if a colleague had uploaded it.
  await rm(join(config, 'Galley', 'thumbs'), { recursive: true })

  const page = await firstPage(await launch())
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  const smaller = info.outputPath('smaller')
  await resize(original, 600, join(smaller, 'smaller.png'))
  await dropOn(page, '.workplace', [smaller])
  await openReview(page, 1)
  const pictures = page.locator('.compare-picture img')
  await expect(pictures).toHaveCount(2)
  for (const picture of await pictures.all())
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100)
  await screenshots(page, info.outputPath('fetched'))
})

async function upload(page: Page, folder: string, count: number): Promise<void> {
  await dropOn(page, '.workplace', [folder])
  await expect(page.getByRole('tree').getByText(`${count} uploaded`)).toBeVisible({ timeout: 60_000 })
}

/** Waits until so many are in review, and goes there. */
async function openReview(page: Page, count: number): Promise<void> {
  await expect(page.getByRole('button', { name: new RegExp(`^Review\\s*${count}$`) })).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('Control+2')
}

async function resize(from: string, width: number, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true })
  await sharp(from).resize(width).png().toFile(to)
}

/** Texts of rows in review that are cut, or lie under a button; a row that is missing counts too. */
function cutOrCovered(page: Page): Promise<string[]> {
  return page.locator('.item-row[data-stage="review"]').evaluateAll((rows) => {
    if (rows.length !== 3) return [`${rows.length} rows`]
    return rows.flatMap((row) => {
      const buttons = [...row.querySelectorAll('button')].map((button) => button.getBoundingClientRect())
      return [...row.querySelectorAll<HTMLElement>('.item-reason, .item-facts, .item-more')].flatMap((text) => {
        const range = document.createRange()
        range.selectNodeContents(text)
        const lines = [...range.getClientRects()]
        const isCut = lines.some(({ bottom }) => bottom > row.getBoundingClientRect().bottom)
        const isCovered = lines.some((line) =>
          buttons.some(
            ({ left, right, top, bottom }) =>
              line.right > left && line.left < right && line.bottom > top && line.top < bottom,
          ),
        )
        const isClipped = text.clientHeight > 0 && text.scrollHeight > text.clientHeight + 1
        return isCut || isCovered || isClipped ? [text.className] : []
      })
    })
  })
}
