import { startBackend } from '../support/backend.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { dropOn, firstPage, expect as plainExpect, test } from './fixture.ts'
import { drawDesigns } from './practice-window.ts'
import { SHOP, setUp } from './set-up.ts'

const expect = plainExpect.configure({ timeout: 20_000 })

test('a shop is set up by keys alone, and what holds its files leads to the field that mends it', async ({
  launch,
}, info) => {
  test.setTimeout(120_000)
  await using nas = await startSshServer()
  await using backend = await startBackend()
  const page = await firstPage(await launch())
  const [design = '', second = '', third = ''] = await drawDesigns(info.outputPath('designs'), 3)
  const token = await backend.addShop(SHOP)

  await setUp(page, nas, async () => {
    await page.getByLabel('Address').fill(backend.url)
    await page.getByLabel('Token').fill(token)
    await page.keyboard.press('Enter')
    await expect(page.getByText(`Answers as ${SHOP}`)).toBeVisible()
    await page.keyboard.press('Enter')
  })

  await test.step('a password that was typed is not kept where nothing was saved', async () => {
    await page.keyboard.press('Control+4')
    const password = page.getByLabel('Password', { exact: true }).last()
    await expect(page.getByText('Kept. Leave empty to keep it.').first()).toBeVisible()
    await page.evaluate(async () => {
      const shops = await window.galley.listShops()
      const shop = shops.ok ? shops.value[0]?.shop : undefined
      if (shop?.nas != null)
        await window.galley.saveShop({ shop: { ...shop, nas: { ...shop.nas, maxConnections: 2 } } })
    })
    await password.fill('mistyped')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Nothing was saved.')).toBeVisible()
    await expect(password).toHaveValue('mistyped')
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await page.keyboard.press('Control+1')
    await dropOn(page, '.workplace', [third])
    await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  })

  await test.step('a refused password', async () => {
    await page.evaluate(async () => {
      const shops = await window.galley.listShops()
      const shop = shops.ok ? shops.value[0]?.shop : undefined
      if (shop !== undefined) await window.galley.saveShop({ shop, secrets: { 'nas-password': 'mistyped' } })
    })
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
    await expect(page.getByRole('tree').getByText('1 uploaded')).toHaveCount(2)
  })

  await test.step('a changed identity', async () => {
    const before = nas.access.hostKey ?? ''
    nas.renewHostKey()
    await dropOn(page, '.workplace', [second])
    await page.getByRole('button', { name: 'Compare identities' }).click()
    const panel = page.getByRole('region', { name: 'Identity of the NAS' })
    await expect(panel).toBeFocused()
    await expect(panel.getByText(/^Trusted since /)).toBeVisible()
    await expect(panel.locator('dd')).toHaveText([before, nas.access.hostKey ?? ''])
    await panel.getByRole('button', { name: 'Trust the new identity' }).click()
    await page.keyboard.press('Control+1')
    await expect(page.getByRole('tree').getByText('1 uploaded')).toHaveCount(3)
  })
})

test("a NAS alone is enough, and the records move to a team's backend when there is one", async ({ launch }, info) => {
  test.setTimeout(180_000)
  await using nas = await startSshServer()
  await using backend = await startBackend()
  const page = await firstPage(await launch())
  await drawDesigns(info.outputPath('designs'), 1)
  const outboxCount = (): Promise<number> =>
    page.evaluate(async () => {
      const status = await window.galley.status()
      return status.ok ? status.value.outboxCount : -1
    })

  await setUp(page, nas, null)
  await dropOn(page, '.workplace', [info.outputPath('designs')])
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  await expect.poll(outboxCount, { timeout: 60_000 }).toBe(0)
  await page.keyboard.press('Control+3')
  await expect(page.getByRole('row', { name: /^Record service/ })).toBeVisible()

  await page.keyboard.press('Control+4')
  await page.getByText("A team's backend").click()
  await page.getByLabel('Address').last().fill(backend.url)
  const token = await backend.addShop(SHOP)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await expect(page.getByText('The backend has the record of this computer now.')).toBeVisible()
  const feed = await backend.client(token).hashFeed(0, 10, AbortSignal.timeout(10_000))
  expect(feed).toMatchObject({ ok: true, value: { entries: [{ originalName: 'Design 01.png' }] } })
})
