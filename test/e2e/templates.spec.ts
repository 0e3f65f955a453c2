import { randomUUID } from 'node:crypto'
import type { PutTemplate } from '../../src/shared/api/templates.ts'
import { DEFAULT_NAME_PATTERN } from '../../src/shared/domain/shop.ts'
import { startBackend } from '../support/backend.ts'
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

test('templates made before a shop had a service are joined to its own, and of two that are not equal one is kept', async ({
  launch,
}) => {
  test.setTimeout(180_000)
  await using nas = await startSshServer()
  await using service = await startBackend()
  const token = await service.addShop(SHOP)
  const colleague = service.client((await service.backend.addToken(SHOP, 'colleague'))?.token ?? '')
  const signal = AbortSignal.timeout(170_000)
  const page = await firstPage(await launch())
  await setUp(page, nas, null)
  await page.keyboard.press('Control+4')
  const tab = (name: string) => page.getByRole('button', { name, exact: true })
  const resolution = page.getByLabel('Resolution')
  const add = async (name: string, code: string): Promise<void> => {
    await tab('Add template').click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Code').fill(code)
    await expect(page.getByText(`First file: UV 1 ${code}_1.png`)).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page.getByText(`Code ${code} · Folder ${SHOP}/${code}`)).toBeVisible()
  }
  await add('Cup 12 oz', 'cup-12')
  await add('Tray', 'tray')
  await expect(tab('Cup 12 oz')).toBeVisible()

  const theirs = {
    ...({ widthInches: 9.5, heightInches: 4.33, fit: 'stretch', namePattern: DEFAULT_NAME_PATTERN } as const),
    ...{ name: 'UVDTF 16oz', code: 'uv-16', folder: 'Prints/UV', dpi: 200, placeId: null, revision: 0 },
  }
  expectOk(await colleague.putTemplate(randomUUID(), theirs, signal))
  await page.getByText("A team's backend").click()
  await page.getByLabel('Address').last().fill(service.url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')

  await tab('UVDTF 16oz').click()
  const question = page.getByRole('region', { name: 'The shop has another template of this name or folder.' })
  await expect(question.getByRole('row')).toContainText(['', 'Resolution200 dpi300 dpi', 'FolderPrints/UV'])
  await question.getByRole('button', { name: "Keep the shop's" }).focus()
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  await expect(resolution).toHaveValue('200')
  await expect(page.getByText('Code uv-16 · Folder Prints/UV')).toBeVisible()
  const codes = async () => expectOk(await colleague.templates(signal))?.map(({ code }) => code)
  await expect.poll(codes).toEqual(['cup-12', 'tray', 'uv-16'])
})
