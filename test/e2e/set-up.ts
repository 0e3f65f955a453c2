import type { Page } from '@playwright/test'
import type { SshServer } from '../support/ssh-server.ts'
import { expect as plainExpect } from './fixture.ts'

const expect = plainExpect.configure({ timeout: 20_000 })
export const SHOP = 'Wildflower Wraps'

/** The first run of a real shop: every step is begun in its first field and ended by Enter; that of the backend by
 *  `connect`; null: this computer keeps the records. */
export async function setUp(page: Page, nas: SshServer, connect: (() => Promise<void>) | null): Promise<void> {
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

  await expect(page.getByRole('heading', { name: 'Who keeps the records?' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused()
  if (connect === null) await page.keyboard.press('Enter')
  else {
    await page.getByText("A team's backend").click()
    await expect(page.getByLabel('Pairing code')).toBeFocused()
    await connect()
  }
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Drop designs or folders here' })).toBeVisible()
}
