import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptIdentity } from '../../src/backend/tls/kept-identity.ts'
import { fingerprintOf } from '../../src/backend/tls/tls-identity.ts'
import { PLACE_FOLDER } from '../../src/shared/domain/place.ts'
import { startBackend } from '../support/backend.ts'
import { freePort } from '../support/free-port.ts'
import { copiedFolder, startSetBackBackend } from '../support/set-back.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { dropOn, firstPage, expect as plainExpect, test } from './fixture.ts'
import { drawDesigns } from './practice-window.ts'
import { SHOP, setUp } from './set-up.ts'

const expect = plainExpect.configure({ timeout: 20_000 })
const WRONG = '0000-0000-0000'

test('a workstation is paired by the line that the service printed, and whatever is wrong with it is said and kept', async ({
  launch,
}) => {
  test.setTimeout(120_000)
  const folder = await mkdtemp(join(tmpdir(), 'galley-pairing-'))
  const identity = await keptIdentity(folder)
  await using service = await startBackend({ kind: 'tls', identity })
  await service.addShop(SHOP)
  await using nas = await startSshServer()
  const page = await firstPage(await launch())
  const line = page.getByLabel('Pairing code')
  const nowhere = `https://127.0.0.1:${await freePort()}`
  const code = (await service.backend.openPairing(SHOP))?.code ?? ''
  const fingerprint = fingerprintOf(identity)
  const refuses = async (text: string, because: string): Promise<void> => {
    await line.fill(text)
    await page.keyboard.press('Enter')
    await expect(page.locator('.failure-text')).toContainText(because)
    await expect(line).toHaveValue(text)
  }

  await setUp(page, nas, async () => {
    await line.fill(code)
    await page.keyboard.press('Enter')
    await expect(page.getByText('The address is missing')).toBeVisible()
    await refuses(`${service.url} ${WRONG}`, 'The backend did not take the code.')
    await refuses(`${nowhere} ${code}`, 'The backend does not answer.')
    const other = `SHA256:${'A'.repeat(43)}`
    await refuses(`${service.url} ${other} ${code}`, 'its fingerprint is another. Nothing was sent to it.')
    const printed = { shop: SHOP, code, validMinutes: 10, addresses: [nowhere, service.url], fingerprint }
    await line.fill(JSON.stringify(printed))
    await page.keyboard.press('Enter')
    await expect(page.getByText(`This computer is a workstation of ${SHOP} now.`)).toBeVisible()
  })
  const saved = await page.evaluate(() => window.galley.listShops())
  expect(saved).toMatchObject({ value: [{ shop: { backendUrl: service.url, backendFingerprint: fingerprint } }] })
  expect(await service.backend.listDevices()).toHaveLength(2)

  await page.keyboard.press('Control+4')
  await refuses(`${service.url} ${code}`, 'a code is valid once')
  // What is typed and not done is there when one comes back, and what was paired before still holds.
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+4')
  await expect(line).toHaveValue(`${service.url} ${code}`)
  await page.getByRole('button', { name: 'Test backend' }).click()
  await expect(page.getByText(`Answers as ${SHOP}`)).toBeVisible()
  await rm(folder, { recursive: true })
})

test('[backend made anew] a banner leads to pairing again, and sends the past once a person said so', async ({
  launch,
}, info) => {
  test.setTimeout(120_000)
  await using service = await startSetBackBackend(copiedFolder)
  await service.addShop(SHOP)
  await using nas = await startSshServer()
  const [first = '', second = ''] = await drawDesigns(info.outputPath('designs'), 2)
  const page = await firstPage(await launch())
  const pair = async (): Promise<void> => {
    const code = (await service.backend.openPairing(SHOP))?.code ?? ''
    await page.getByLabel('Pairing code').fill(`${service.url} ${code}`)
    await page.keyboard.press('Enter')
    await expect(page.getByText(`This computer is a workstation of ${SHOP} now.`)).toBeVisible()
  }
  await setUp(page, nas, pair)
  await dropOn(page, '.workplace', [first])
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()

  await service.makeAnew()
  await service.addShop(SHOP)
  await dropOn(page, '.workplace', [second])
  await page.getByRole('button', { name: 'Give a new token' }).click()
  await pair()
  const banner = page.locator('.banner', { has: page.getByRole('button', { name: 'Send it all…' }) })
  await expect(banner).toContainText("The backend knows nothing of this shop's past")
  await banner.getByRole('button', { name: 'Pair again' }).click()
  await expect(page.getByLabel('Pairing code')).toBeFocused()
  await banner.getByRole('button', { name: 'Send it all…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send this backend all of the past?' })
  await expect(dialog).toContainText(`It answers as ${SHOP}.`)
  await dialog.getByRole('button', { name: 'Send it all' }).click()
  await expect(page.getByText('Sent 1 record that the backend lacked.')).toBeVisible()
  await expect(banner).toBeHidden()
  await page.keyboard.press('Control+1')
  await expect(page.getByRole('tree').getByText('1 uploaded')).toHaveCount(2)
})

test("[another place] where the mark of the shop's folder was lost, a banner asks what folder it is", async ({
  launch,
}, info) => {
  test.setTimeout(120_000)
  await using service = await startBackend()
  await service.addShop(SHOP)
  await using nas = await startSshServer()
  const [first = '', second = ''] = await drawDesigns(info.outputPath('designs'), 2)
  const app = await launch()
  const page = await firstPage(app)
  await setUp(page, nas, async () => {
    const code = (await service.backend.openPairing(SHOP))?.code ?? ''
    await page.getByLabel('Pairing code').fill(`${service.url} ${code}`)
    await page.keyboard.press('Enter')
  })
  await dropOn(page, '.workplace', [first])
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  const mark = join(nas.root, PLACE_FOLDER)
  const marked = await readdir(mark)
  await app.close()
  await rm(mark, { recursive: true })

  const again = await firstPage(await launch())
  // Before the shop is known, nothing is taken.
  await expect(again.getByLabel('Upload as')).toBeVisible()
  await dropOn(again, '.workplace', [second])
  const banner = again.locator('.banner', { hasText: "is not the one in which the shop's designs lie" })
  await expect(banner.getByRole('button', { name: 'Choose a folder' })).toBeVisible({ timeout: 60_000 })
  await banner.getByRole('button', { name: 'Say what it is…' }).click()
  const dialog = again.getByRole('dialog', { name: 'What folder is this?' })
  await expect(dialog.getByRole('radio', { name: /and its mark was lost/ })).toBeChecked()
  await dialog.getByRole('button', { name: 'Upload there' }).click()
  await expect(again.getByRole('tree').getByText('1 uploaded')).toHaveCount(2)
  await expect(banner).toBeHidden()
  expect(await readdir(mark)).toEqual(marked)
})
