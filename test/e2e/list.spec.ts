import { appendFile, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { dropOn, expect, test } from './fixture.ts'
import { drawDesigns, openPractice, screenshots } from './practice-window.ts'

/** What a design needs to be told from its ground: WCAG 1.4.11. */
const ENOUGH_CONTRAST = 3

test('designs of any shape and colour are seen whole in the list, and are found by either of their names', async ({
  launch,
}, info) => {
  test.setTimeout(120_000)
  const folder = info.outputPath('designs')
  const black = await drawBlock(folder, 'Tall black.png', { width: 200, height: 900 }, 'black')
  const white = await drawBlock(folder, 'Square white.png', { width: 500, height: 500 }, 'white')
  await drawBlock(folder, 'Wide red.png', { width: 900, height: 150 }, 'red')
  for (const name of ['notes.txt', '.DS_Store']) await writeFile(join(folder, name), 'no picture')
  const page = await openPractice(await launch())
  await dropOn(page, '.workplace', [folder])
  await expect(page.getByRole('tree').getByText('3 uploaded')).toBeVisible({ timeout: 60_000 })

  await expect.poll(() => shownShapes(page)).toEqual([1, 1, 1])
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const name of [black, white]) expect(await contrastOf(page, name), name).toBeGreaterThan(ENOUGH_CONTRAST)
  }
  await page.emulateMedia({ colorScheme: null })

  const title = page.getByRole('heading', { level: 2, name: 'designs · 4 designs · ' })
  await expect(title).toBeVisible()
  await expect(page.getByText('1 system file ignored')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Retry/ })).toHaveCount(0)
  await page.getByRole('button', { name: '1 file is no picture that Galley takes' }).click()
  await page.getByRole('treeitem', { name: 'notes.txt' }).dblclick()
  await expect(page.getByText(join(folder, 'notes.txt'))).toBeVisible()
  await screenshots(page, info.outputPath('no-picture'))
  await page.keyboard.press('Escape')

  const files = page.getByRole('treeitem', { level: 2 })
  await page.getByRole('button', { name: 'Hide files' }).click()
  await expect(files).toHaveCount(0)
  await page.keyboard.press('Control+f')
  await page.keyboard.type('TALL')
  await expect(files).toHaveCount(1)
  await expect(page.locator('.filter-chip', { hasText: 'Done' })).toHaveText('Done1')
  await page.getByRole('searchbox').fill('UV 2')
  await expect(files).toHaveCount(1)
  await page.getByRole('searchbox').fill('zzzz')
  await expect(page.getByRole('heading', { name: 'No file has that name' })).toBeVisible()
  await screenshots(page, info.outputPath('not-found'))

  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('button', { name: 'Clear ended' }).click()
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible()
  // A new window knows of it too.
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press('Control+z')
  await expect(page.getByText('1 batch back in the list.')).toBeVisible()
  await expect(title).toBeVisible()
})

test('what is being sent stands before what is settled, and no row leaves the pointer', async ({ launch }, info) => {
  test.setTimeout(240_000)
  const folder = info.outputPath('designs')
  await drawDesigns(folder, 8)
  const page = await openPractice(await launch())
  await dropOn(page, '.workplace', [folder])
  await expect(page.getByRole('tree').getByText('8 uploaded')).toBeVisible({ timeout: 90_000 })
  await page.evaluate(() => window.galley.limitSpeed({ timetable: [{ at: '00:00', bytesPerSecond: 20_000 }] }))
  // The same eight, and behind them some that are new.
  await drawDesigns(folder, 14)
  await dropOn(page, '.workplace', [folder])
  const rows = page.locator('.list-row')
  await expect(rows.nth(0)).toContainText('14 designs')
  await expect(rows.nth(1)).toContainText(/Uploading|Verifying/, { timeout: 60_000 })
  await expect(rows.nth(1)).toContainText(/Design (09|1\d)/)
  await screenshots(page, info.outputPath('active-first'))

  const held = rows.nth(1)
  const name = (await held.textContent())?.match(/Design \d+/)?.[0] ?? 'no name'
  await held.hover()
  await page.evaluate(() => window.galley.limitSpeed({ timetable: [] }))
  await expect(page.getByRole('tree').getByText('6 uploaded')).toBeVisible({ timeout: 90_000 })
  await expect(held).toContainText(name)
})

test('a file that is still being written counts down to when it is looked at again', async ({ launch }, info) => {
  test.setTimeout(120_000)
  const [path = ''] = await drawDesigns(info.outputPath('designs'), 1)
  const whole = await readFile(path)
  const page = await openPractice(await launch())
  await truncate(path, 1_000)
  const writer = setInterval(() => void utimes(path, new Date(), new Date()), 200)
  await dropOn(page, '.workplace', [path])
  const row = page.getByRole('treeitem', { level: 2 })
  await expect(row).toContainText(/Trying again \(1\).*still being written\. Next try in [23] s\./)
  await row.dblclick()
  await expect(page.locator('.details-failure')).toContainText(/Next try in \d s\./)
  await screenshots(page, info.outputPath('next-try'))
  await expect(row).toContainText('Next try in 1 s.')
  await expect(row).toContainText('Trying again (2)')
  clearInterval(writer)
  await appendFile(path, whole.subarray(1_000))
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible({ timeout: 60_000 })
})

/** A block of one colour with nothing around its middle; its name. */
async function drawBlock(
  folder: string,
  name: string,
  size: { width: number; height: number },
  background: string,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const block = { width: Math.round(size.width / 2), height: Math.round(size.height / 2), channels: 4 } as const
  const [x, y] = [Math.round(size.width / 4), Math.round(size.height / 4)]
  await sharp({ create: { ...block, background } })
    .extend({ left: x, right: x, top: y, bottom: y, background: 'transparent' })
    .png()
    .toFile(join(folder, name))
  return name
}

/** For each thumbnail, how much of its picture lies within it. */
function shownShapes(page: Page): Promise<number[]> {
  return page.locator('.list-row .thumbnail img').evaluateAll((images) =>
    images.map((image) => {
      const [inner, outer] = [image.getBoundingClientRect(), image.parentElement?.getBoundingClientRect()]
      if (outer === undefined || !(image instanceof HTMLImageElement) || image.naturalWidth === 0) return 0
      const width = Math.min(inner.right, outer.right) - Math.max(inner.left, outer.left)
      const height = Math.min(inner.bottom, outer.bottom) - Math.max(inner.top, outer.top)
      return (width * height) / (inner.width * inner.height)
    }),
  )
}

/** Of the middle of the file's thumbnail and the ground at its edge, as they are on the screen. */
async function contrastOf(page: Page, name: string): Promise<number> {
  const row = page.locator('.list-row', { hasText: name })
  const shot = await row.locator('.thumbnail').screenshot({ animations: 'disabled' })
  const { data, info } = await sharp(shot).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const luminanceAt = (x: number, y: number): number => {
    const at = (Math.round(y) * info.width + Math.round(x)) * info.channels
    const [r = 0, g = 0, b = 0] = [...data.subarray(at, at + 3)].map((value) => linear(value / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const middle = luminanceAt(info.width / 2, info.height / 2)
  const ground = [4, 6, 8, 10].map((x) => luminanceAt(x, info.height / 2))
  return Math.min(...ground.map((one) => (Math.max(one, middle) + 0.05) / (Math.min(one, middle) + 0.05)))
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
