import { expect, test } from './fixture.ts'

test('the built app opens its window from its own scheme, without a fault in the page', async ({ page, app }, info) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await expect(page).toHaveTitle(/Galley/)
  await page.screenshot({ path: info.outputPath('window.png') })
  expect(
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.webContents.getURL())),
  ).toEqual(['app://galley/index.html'])
  expect(faults).toEqual([])
})
