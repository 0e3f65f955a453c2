import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startBackend } from '../support/backend.ts'
import { digest } from '../support/differences.ts'
import { expectOk } from '../support/engine.ts'
import { startGate } from '../support/gate.ts'
import { sampleRecord } from '../support/sample-record.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { dropOn, firstPage, expect as plainExpect, test } from './fixture.ts'
import { drawDesigns, screenshots } from './practice-window.ts'
import { SHOP, setUp } from './set-up.ts'

/** Uploads go on without the service after some twenty seconds. */
const expect = plainExpect.configure({ timeout: 90_000 })

test('what a colleague stored as well while the service was away is one question; mine are taken back, and come back', async ({
  launch,
}, info) => {
  test.setTimeout(300_000)
  await using nas = await startSshServer()
  await using service = await startBackend()
  await using gate = await startGate(service.url)
  const token = await service.addShop(SHOP)
  const page = await firstPage(await launch())
  await setUp(page, nas, async () => {
    await page.getByLabel('Address').fill(gate.url)
    await page.getByLabel('Token').fill(token)
    await page.keyboard.press('Enter')
    await expect(page.getByText(`Answers as ${SHOP}`)).toBeVisible()
    await page.keyboard.press('Enter')
  })
  const folder = join(nas.root, SHOP, 'UVDTF 16oz')
  const files = async () => {
    const names = await readdir(folder).catch(() => [])
    return { designs: names.filter((name) => !name.startsWith('.')).length, kept: names.filter(isKept).length }
  }
  const isKept = (name: string): boolean => name.startsWith('.galley-removed-')

  gate.target = 'http://127.0.0.1:1'
  const paths = await drawDesigns(info.outputPath('drop'), 2)
  await dropOn(page, '.workplace', [info.outputPath('drop')])
  await expect.poll(files).toEqual({ designs: 2, kept: 0 })

  const colleague = (await service.backend.addToken(SHOP, 'Packing table'))?.token ?? ''
  const records = await Promise.all(
    paths.map(async (path, at) => {
      const fileName = `UV ${at + 11} UVDTF 16oz_${at + 11}.png`
      await copyFile(path, join(folder, fileName))
      const sha256 = digest(await readFile(path))
      const { fingerprint } = sampleRecord(1)
      const place = { number: at + 11, fileName, remotePath: `/${SHOP}/UVDTF 16oz/${fileName}` }
      return sampleRecord(at + 1, { ...place, fingerprint: { ...fingerprint, sha256 }, storedSha256: sha256 })
    }),
  )
  expectOk(await service.client(colleague).sendBatch('k', records, AbortSignal.timeout(20_000)))
  gate.target = service.url
  const banner = page.getByRole('status').filter({ hasText: 'A colleague stored the same as 2 of your files' })
  await expect(banner).toBeVisible()
  await screenshots(page, info.outputPath('banner'))

  const ask = banner.getByRole('button', { name: 'Compare…' })
  const dialog = page.getByRole('dialog')
  await ask.click()
  await expect(dialog.getByRole('listitem')).toHaveCount(2)
  await expect(dialog.getByRole('listitem').first()).toContainText('Packing table: /')
  await expect(dialog.getByRole('button')).toHaveText(['Take mine back', 'Keep both'])
  await screenshots(page, info.outputPath('asked'))
  await dialog.getByRole('button', { name: 'Take mine back' }).click()
  await expect(page.getByRole('status').getByText('Take mine back: 2 files')).toBeVisible()
  await expect(banner).toBeHidden()
  expect(await files()).toEqual({ designs: 2, kept: 2 })
  await expect(page.getByText('Taken back').first()).toBeVisible()

  await page.keyboard.press('Control+z')
  await expect(banner).toBeVisible()
  expect(await files()).toEqual({ designs: 4, kept: 0 })
  await ask.click()
  // What was brought back has to have its record again before it can be taken back once more; both can stay at once.
  await dialog.getByRole('button', { name: 'Keep both' }).click()
  await expect(banner).toBeHidden()
  expect(await files()).toEqual({ designs: 4, kept: 0 })
})
