import type { PutTemplate } from '../../src/shared/api/templates.ts'
import { expectOk } from '../support/engine.ts'
import { copiedFolder, startSetBackBackend } from '../support/set-back.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { firstPage, expect as plainExpect, test } from './fixture.ts'
import { SHOP, setUp } from './set-up.ts'

const expect = plainExpect.configure({ timeout: 30_000 })

test("what colleagues do to templates is seen, a conflict shows both, and none is changed while the team's service is away", async ({
  launch,
}) => {
  test.setTimeout(180_000)
  await using nas = await startSshServer()
  await using service = await startSetBackBackend(copiedFolder)
  const token = await service.addShop(SHOP)
  const colleague = service.client((await service.backend.addToken(SHOP, 'colleague'))?.token ?? '')
  const signal = AbortSignal.timeout(170_000)
  const shops = async () => expectOk(await colleague.templates(signal)) ?? []
  const page = await firstPage(await launch())
  await setUp(page, nas, async () => {
    await page.getByLabel('Address').fill(service.url)
    await page.getByLabel('Token').fill(token)
    await page.keyboard.press('Enter')
    await expect(page.getByText(`Answers as ${SHOP}`)).toBeVisible()
    await page.keyboard.press('Enter')
  })
  await expect.poll(async () => (await shops()).length).toBe(1)
  const [{ id, ...first } = { id: '' }] = await shops()
  await page.keyboard.press('Control+4')
  const resolution = page.getByLabel('Resolution')
  await expect(resolution).toHaveValue('300')

  await test.step('a new one appears', async () => {
    const cup = { ...first, revision: 0, name: 'Cup', code: 'Cup', folder: `${SHOP}/Cup` } as PutTemplate
    expectOk(await colleague.putTemplate('4b0c3a52-4a4e-4d7e-9d57-0b8f0c1e2d3f', cup, signal))
    await expect(page.getByRole('button', { name: 'Cup', exact: true })).toBeVisible()
  })

  const conflict = page.getByRole('region', { name: 'Another workstation changed this template meanwhile.' })
  const change = async (dpi: number): Promise<void> => {
    const now = (await shops()).find((one) => one.id === id)
    if (now === undefined) throw new Error('the template is gone')
    const { id: _, ...content } = now
    expect(expectOk(await colleague.putTemplate(id, { ...content, dpi }, signal)).isKept).toBe(true)
  }
  const dpiAtShop = async () => (await shops()).find((one) => one.id === id)?.dpi

  await test.step('both are shown, and by keys alone mine is kept', async () => {
    await page.getByRole('button', { name: 'UVDTF 16oz', exact: true }).click()
    await resolution.fill('200')
    await change(600)
    await expect(conflict.getByRole('row')).toContainText(['', 'Resolution600 dpi200 dpi'])
    await conflict.getByRole('button', { name: 'Keep mine' }).focus()
    await page.keyboard.press('Enter')
    await expect(conflict).toBeHidden()
    await expect.poll(dpiAtShop).toBe(200)
    await expect(page.getByText('Not saved yet')).toBeHidden()
  })

  await test.step("or the shop's", async () => {
    await resolution.fill('150')
    await change(450)
    await conflict.getByRole('button', { name: "Keep the shop's" }).click()
    await expect(conflict).toBeHidden()
    await expect(resolution).toHaveValue('450')
    expect(await dpiAtShop()).toBe(450)
  })

  await test.step('while the service is away nothing can be typed, and it is said', async () => {
    await service.stop()
    await page.keyboard.press('Control+1')
    await page.keyboard.press('Control+4')
    await expect(page.getByText('the templates of the shop cannot be changed')).toBeVisible()
    await expect(resolution).toBeDisabled()
    await service.start()
  })
})
