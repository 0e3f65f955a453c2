import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { type SshServer, startSshServer } from '../support/ssh-server.ts'
import { dropOn, firstPage, expect as plainExpect, test } from './fixture.ts'
import { drawDesigns } from './practice-window.ts'

const expect = plainExpect.configure({ timeout: 20_000 })
const SHOP = 'Wildflower Wraps'

test('a shop is set up by keys alone, and what holds its files leads to the field that mends it', async ({
  launch,
}, info) => {
  test.setTimeout(120_000)
  await using nas = await startSshServer()
  await using backend = await startBackend()
  const page = await firstPage(await launch())
  const [design = ''] = await drawDesigns(info.outputPath('designs'), 2)

  await setUp(page, nas, backend)
  const shopId = await page.evaluate(async () => {
    const shops = await window.galley.listShops()
    return shops.ok ? (shops.value[0]?.shop.id ?? '') : ''
  })

  await test.step('a refused password', async () => {
    await page.evaluate(
      (id) => window.galley.setSecret({ shopId: id, kind: 'nas-password', value: 'mistyped' }),
      shopId,
    )
    await dropOn(page, '.workplace', [design])
    await page.getByRole('button', { name: 'Check the sign-in' }).click()
    const password = page.getByLabel('Password', { exact: true }).last()
    await expect(password).toBeFocused()
    await expect(page.getByText('The NAS refused the sign-in.').last()).toBeVisible()
    await password.fill(nas.access.password ?? '')
    await expect(page.getByText('Not saved yet')).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('status').getByText('Saved', { exact: true })).toBeVisible()
    await expect(password).toHaveValue('')
    await expect(page.getByText('Not saved yet')).toBeHidden()
    await page.keyboard.press('Control+1')
    await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  })

  await test.step('a changed identity', async () => {
    const before = nas.access.hostKey ?? ''
    nas.renewHostKey()
    await dropOn(page, '.workplace', [join(info.outputPath('designs'), 'Design 02.png')])
    await page.getByRole('button', { name: 'Compare identities' }).click()
    const panel = page.getByRole('region', { name: 'Identity of the NAS' })
    await expect(panel).toBeFocused()
    await expect(panel.getByText(/^Trusted since /)).toBeVisible()
    await expect(panel.locator('dd')).toHaveText([before, nas.access.hostKey ?? ''])
    await panel.getByRole('button', { name: 'Trust the new identity' }).click()
    await page.keyboard.press('Control+1')
    await expect(page.getByRole('tree').getByText('1 uploaded')).toHaveCount(2)
  })
})

/** The first run of a real shop: every step is begun in its first field and ended by Enter. */
async function setUp(page: Page, nas: SshServer, backend: TestBackend): Promise<void> {
  const token = await backend.addShop(SHOP)
  const primary = page.locator('.button-primary')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page.getByLabel('Shop name')).toBeFocused()
  await page.keyboard.type(SHOP)
  await page.keyboard.press('Enter')

  await expect(page.getByLabel('Address')).toBeFocused()
  await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled()
  await expect(page.getByText('Goes on once the test went well')).toBeVisible()
  await page.keyboard.type(nas.access.nas.host)
  await page.getByLabel('Port').fill(String(nas.access.nas.port))
  await page.getByLabel('User').fill(nas.access.nas.user)
  await page.getByLabel('Folder', { exact: true }).fill('/')
  await page
    .getByLabel('Password', { exact: true })
    .last()
    .fill(nas.access.password ?? '')
  await page.keyboard.press('Enter')
  // A first meeting is a question, not a fault.
  await expect(page.getByRole('region', { name: 'Identity of the NAS' })).toBeFocused()
  await expect(page.locator('.steps [data-state="failed"]')).toHaveCount(0)
  await expect(primary).toHaveText(['Trust this NAS'])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused()
  await expect(primary).toHaveText(['Continue'])
  await page.keyboard.press('Enter')

  await expect(page.getByLabel('Address')).toBeFocused()
  await page.keyboard.type(backend.url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await expect(page.getByText(`Answers as ${SHOP}`)).toBeVisible()
  await page.keyboard.press('Enter')

  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible()
}
