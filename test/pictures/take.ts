// The pictures of the README, of the built app at work on the practice shop, in both themes.
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { ROOT } from '../../scripts/electron-host.ts'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { dropOn, expect, firstPage, test } from '../e2e/fixture.ts'
import { openPractice } from '../e2e/practice-window.ts'
import { startSshServer } from '../support/ssh-server.ts'

const SIZE = { width: 2850, height: 1299 }
/** Prints at fewer dpi than it should. */
const SMALL = { width: 1100, height: 501 }
const KNOWN = ['Bear with stars', 'Bouquet', 'Sunset badge', 'Night ghosts', 'Western boots', 'Fox face']
const NEW = [
  'Wildflower meadow',
  'Boho rainbow',
  'Summer vibes palm',
  'Coffee and chaos',
  'Leopard print bow',
  'Fußball Papa',
]
const DROPPED = 36

test('the window while it uploads, and while it asks', async ({ launch }, info) => {
  const [known, drop, near] = ['Spring', 'Autumn drop', 'near'].map((folder) => info.outputPath(folder)) as [
    string,
    string,
    string,
  ]
  for (const folder of [known, drop, near]) await mkdir(folder, { recursive: true })
  for (const [seed, name] of KNOWN.entries()) await writeFile(join(known, `${name}.png`), await drawDesign(seed, SIZE))
  await drawDrop(known, drop)
  await drawLookAlikes(known, near)

  const page = await openPractice(await launch())
  await page.setViewportSize({ width: 1200, height: 760 })
  await dropOn(page, '.workplace', [known])
  await expect(page.getByRole('tree').getByText(`${KNOWN.length} uploaded`)).toBeVisible({ timeout: 120_000 })
  await dropOn(page, '.workplace', [drop])
  await expect(page.getByText(/^(?:[5-9]|[12]\d) of \d\d done/)).toBeVisible({ timeout: 120_000 })
  await take(page, 'uploads')

  await expect(page.getByText(`${DROPPED} of ${DROPPED + 3} done`)).toBeVisible({ timeout: 120_000 })
  await dropOn(page, '.workplace', [near])
  await expect(page.getByRole('button', { name: /^Review\s*14$/ })).toBeVisible({ timeout: 120_000 })
  await page.keyboard.press('Control+2')
  await expect(page.getByText('9 files look like this design.')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('x')
  await take(page, 'review')
})

test('the NAS that is looked through for a folder', async ({ launch }) => {
  await using nas = await startSshServer()
  const folders = ['Backups', 'Mockups', 'Photos 2026', 'Prints/Wildflower Wraps/UVDTF 16oz', 'Scans']
  for (const folder of folders) await mkdir(join(nas.root, folder), { recursive: true })
  // This server says whose a folder is, and nobody is that here.
  for (const folder of ['', ...folders]) await chmod(join(nas.root, folder), 0o777)
  const page = await firstPage(await launch())
  await page.evaluate(
    async ({ place, fingerprint, password }) => {
      const shop = { id: 'wildflower', name: 'Wildflower Wraps', kind: 'real' as const, backendUrl: null, nas: place }
      await window.galley.trustHostKey({ host: place.host, port: place.port, fingerprint })
      await window.galley.saveShop({ shop, secrets: { 'nas-password': password } })
    },
    { place: nas.access.nas, fingerprint: nas.access.hostKey ?? '', password: nas.access.password ?? '' },
  )
  await page.reload()
  await page.setViewportSize({ width: 1200, height: 760 })
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Browse…' }).click()
  await expect(page.getByText('Can be written')).toBeVisible()
  await take(page, 'browse')
})

/** New designs, one of them small now and then; a copy, a look-alike, and one that was cut short. */
async function drawDrop(known: string, drop: string): Promise<void> {
  for (let seed = 0; seed < DROPPED; seed++) {
    const name = `${String(seed + 1).padStart(2, '0')} ${NEW[seed % NEW.length]}.png`
    await writeFile(join(drop, name), await drawDesign(seed + KNOWN.length, seed % 7 === 4 ? SMALL : SIZE))
  }
  await copyFile(join(known, 'Bouquet.png'), join(drop, '02 Bouquet copy.png'))
  await sharp(join(known, 'Western boots.png')).resize(1800).toFile(join(drop, '03 Western boots (small).png'))
  const whole = await readFile(join(known, 'Night ghosts.png'))
  await writeFile(join(drop, '04 Night ghosts export.png'), whole.subarray(0, whole.length / 2))
}

async function drawLookAlikes(known: string, near: string): Promise<void> {
  const copies = { 'Bear with stars': 9, Bouquet: 1, 'Sunset badge': 3 }
  for (const [name, count] of Object.entries(copies))
    for (let n = 1; n <= count; n++)
      await sharp(join(known, `${name}.png`))
        .resize(500 + n * 40)
        .toFile(join(near, `${name} v${n}.png`))
}

/** With a palette: a third of the bytes, and no difference that is seen. */
async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const picture = await page.screenshot({ animations: 'disabled' })
    const path = join(ROOT, 'docs', 'images', `${name}-${colorScheme}.png`)
    await sharp(picture).png({ palette: true, effort: 10 }).toFile(path)
  }
  await page.emulateMedia({ colorScheme: null })
}
