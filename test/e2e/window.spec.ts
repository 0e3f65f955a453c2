import type { BrowserContextOptions, Page } from '@playwright/test'
import axe from 'axe-core'
import { openPreview, type Preview, SIZE } from '../support/renderer-preview/open-preview.ts'
import { VIEWS } from '../support/renderer-preview/views.ts'
import { expect, test } from './fixture.ts'

let preview: Preview | null
test.beforeAll(async () => {
  preview = await openPreview()
})
test.afterAll(() => preview?.[Symbol.asyncDispose]())

/** Opens a scene of the window with a scripted engine. */
async function open(scene: string, options: BrowserContextOptions = {}): Promise<Page> {
  test.skip(preview === null, 'needs Chromium: looks at the window with a scripted engine')
  if (preview === null) throw new Error('unreachable: skipped above')
  return preview.open(scene, { reducedMotion: 'reduce', colorScheme: 'light', ...options })
}

/** What axe finds wrong, one line for each kind, with the elements; and of the contrasts that it leaves undecided those that
 *  are too low, or that cannot be computed either. */
function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(async (only) => {
    const { violations: found, incomplete } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      ...(only === undefined ? {} : { runOnly: [...only] }),
      // All else that it can tell costs half of its time.
      resultTypes: ['violations', 'incomplete'],
      preload: false,
    })
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    if (canvas === null) throw new Error('no canvas')
    /** The luminance of colours that lie over each other, the undermost first. */
    const luminance = (layers: readonly string[]): number => {
      for (const layer of layers) {
        canvas.fillStyle = layer
        canvas.fillRect(0, 0, 1, 1)
      }
      const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((of) => {
        const value = of / 255
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    /** The grounds that an element lies on, the undermost first, for each colour of a gradient; none where that cannot be
     *  told. */
    const groundsOf = (element: Element): string[][] => {
      const grounds: string[] = []
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(at)
        if (opacity !== '1' || backgroundImage.includes('url(')) return []
        const shades = backgroundImage.match(/(?:rgb|oklch|oklab|color)\([^)]*\)/g) ?? []
        if (shades.length > 0) return shades.map((shade) => [shade, ...grounds])
        grounds.unshift(backgroundColor)
      }
      return [grounds]
    }
    const tooLow = (selector: string): boolean => {
      const element = document.querySelector(selector)
      if (element === null) return true
      const { color } = getComputedStyle(element)
      const ratios = groundsOf(element).map((grounds) => {
        const [dark = 0, light = 0] = [luminance(grounds), luminance([...grounds, color])].sort((a, b) => a - b)
        return (light + 0.05) / (dark + 0.05)
      })
      return ratios.length === 0 || Math.min(...ratios) < 4.5
    }
    const undecided = incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes)
    const low = undecided.map(({ target }) => target.join(' ')).filter(tooLow)
    return [
      ...found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
      ...low.map((target) => `color-contrast, undecided by axe: ${target}`),
    ]
  }, rules)
}

/** What is wider than its place: a person would have to scroll sideways, or not find it at all. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('html, main, .screen, .screen > *, .banners, dialog, .compare, .filter-bar')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(({ tagName, className }) => `too wide: ${tagName} ${className}`),
  )
}

test('axe finds nothing in any state of the window, in either theme, and at 200 % nothing is cut off at the side', async () => {
  test.setTimeout(300_000)
  const faults: string[] = []
  const page = await open('empty')
  await page.addInitScript(axe.source)
  for (const { name, scene, act } of VIEWS) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(SIZE)
    await preview?.show(page, scene)
    await act?.(page)
    const light = await violations(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    // Only colours differ between themes.
    const dark = await violations(page, ['color-contrast'])
    // As 1280 x 800 is at 200 %.
    await page.setViewportSize({ width: 640, height: 400 })
    const zoomed = await tooWide(page)
    for (const [look, found] of Object.entries({ light, dark, zoomed }))
      faults.push(...found.map((fault) => `${name}, ${look}: ${fault}`))
  }
  await page.context().close()
  expect(faults).toEqual([])
})

test('the review tells each pair that is looked at, and its letters go on acting after a decision', async () => {
  const page = await open('look-alikes')
  await page.keyboard.press('Control+2')
  const told = page.locator('.review > [role="status"]')
  await expect(told).toHaveText(/^1 of 3: .+\. Same artwork, resized or re-saved, as UV 413/)
  await page.keyboard.press('ArrowDown')
  await expect(told).toHaveText(/^2 of 3: /)
  await page.locator('.review-row').nth(1).getByRole('button').click()
  await page.keyboard.press('s')
  await expect(told).toHaveText(/^2 of 2: /)
  await page.keyboard.press('s')
  await expect(told).toHaveText(/^1 of 1: /)
  await page.context().close()
})

test('a letter acts on the list only while the focus is in it, on the row that is chosen', async () => {
  const page = await open('busy')
  const paused = () => page.evaluate(() => (window as unknown as { paused: number }).paused)
  await page.evaluate(() => {
    Object.assign(window, { paused: 0 })
    Object.assign(window.galley, {
      pause: async () => {
        Object.assign(window, { paused: (window as unknown as { paused: number }).paused + 1 })
        return { ok: true, value: null }
      },
    })
  })
  await page.keyboard.press('p')
  await page.getByRole('button', { name: 'Activity' }).focus()
  await page.keyboard.press('p')
  await page.getByRole('tree').focus()
  await page.keyboard.press('p')
  expect(await paused()).toBe(0)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('p')
  expect(await paused()).toBe(1)
  await page.context().close()
})

test('a row says which of how many it is, though most rows are not drawn', async () => {
  const page = await open('many')
  await page.getByRole('tree').focus()
  await page.keyboard.press('End')
  const last = page.locator('.list-row[aria-selected="true"]')
  await expect(last).toHaveAttribute('aria-posinset', '10000')
  await expect(last).toHaveAttribute('aria-setsize', '10000')
  await expect(last).toHaveAttribute('aria-level', '2')
  await page.context().close()
})

test('arrows move through a menu, and Escape gives the focus back', async () => {
  const page = await open('busy')
  const button = page.getByRole('button', { name: 'Priority' }).first()
  await button.focus()
  await page.keyboard.press('Enter')
  // It opens on the choice that holds.
  await expect(page.getByRole('menuitemradio', { name: 'Normal priority' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitemradio', { name: 'High priority' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(button).toBeFocused()
  await page.context().close()
})

test('a contrast theme leaves a mark on what is chosen', async () => {
  const page = await open('busy', { forcedColors: 'active' })
  for (const chosen of ['.nav-button[aria-current="page"]', '.filter-chip:has(:checked)'])
    await expect(page.locator(chosen)).toHaveCSS('outline-style', 'solid')
  await page.context().close()
})

test('an engine that stopped leads to the log, says that nothing is lost, and that nothing moves; what needs it is not alive', async () => {
  const page = await open('stopped')
  for (const name of ['Retry 1 failed', 'Pause all', 'Add designs', 'Clear ended'])
    await expect(page.getByRole('button', { name })).toBeDisabled()
  for (const pause of await page.getByRole('button', { name: 'Pause', exact: true }).all())
    await expect(pause).toBeDisabled()
  await expect(page.getByRole('tree').getByText('Waiting').first()).toBeVisible()
  await expect(page.getByRole('tree').getByText('Uploading')).toHaveCount(0)
  await page.evaluate(() => {
    Object.assign(window.galley, {
      revealLog: async () => {
        document.title = 'the log is shown'
        return { ok: true, value: null }
      },
    })
  })
  const banner = page.locator('.banner[data-kind="bad"]')
  await expect(banner).toContainText('Nothing is lost.')
  await banner.getByRole('button', { name: 'Show log' }).click()
  await expect(page).toHaveTitle('the log is shown')
  await page.context().close()
})

test('while the engine is started again nothing is said to move, and what is asked of it waits', async () => {
  const page = await open('restarting')
  const tree = page.getByRole('tree')
  await expect(tree.getByText('Starting again…').first()).toBeVisible()
  await expect(tree.getByText(/Uploading|Verifying|Inspecting|Hashing|Comparing/)).toHaveCount(0)
  await expect(tree.locator('[data-tone="moving"], [data-state="moving"], [data-state="scanning"]')).toHaveCount(0)
  await expect(tree.getByText(/left$|\/s$/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Retry 1 failed' })).toBeEnabled()
  await page.context().close()
})

test('nothing to pause is no button to press', async () => {
  const page = await open('empty')
  await expect(page.getByRole('button', { name: 'Pause all' })).toBeDisabled()
  await page.context().close()
})

test('a name that finds no room is cut in its middle: its end is seen, and it is told whole', async () => {
  const page = await open('busy', { viewport: { width: 900, height: 600 } })
  const name = page.locator('.item-name').nth(1)
  const [start, end] = [name.locator('[aria-hidden]').first(), name.locator('[aria-hidden]').last()]
  const whole = 'mama-bear-retro-groovy-wrap-16oz-final-v3.png'
  await expect(page.getByRole('treeitem', { name: whole }).first()).toBeVisible()
  await expect(name).toHaveAttribute('title', whole)
  const isCut = (element: HTMLElement | SVGElement): boolean => element.scrollWidth > element.clientWidth
  expect(await Promise.all([start.evaluate(isCut), end.evaluate(isCut)])).toEqual([true, false])
  await expect(end).toHaveText('al-v3.png')
  await expect(end).toBeInViewport({ ratio: 1 })
  await page.context().close()
})

test('what was typed in Settings is kept, and what was saved elsewhere meanwhile is not replaced without a word', async () => {
  const page = await open('nas-good')
  const name = page.getByLabel('Shop name')
  const host = page.getByLabel('Address').first()
  const note = page.locator('.settings-section').first().getByRole('status')
  await page.keyboard.press('Control+4')
  await name.fill('Prints of mine')
  await host.fill('nas2.local')
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+4')
  await expect(name).toHaveValue('Prints of mine')
  await expect(host).toHaveValue('nas2.local')
  await expect(note).toHaveText('Not saved yet')

  await page.evaluate(async () => {
    const shops = await window.galley.listShops()
    const [setup] = shops.ok ? shops.value : []
    if (setup !== undefined) await window.galley.saveShop({ shop: { ...setup.shop, name: 'Named by a colleague' } })
  })
  const savedName = (): Promise<string | undefined> =>
    page.evaluate(async () => {
      const shops = await window.galley.listShops()
      return shops.ok ? shops.value[0]?.shop.name : undefined
    })
  const save = page.locator('.settings-section').first().getByRole('button', { name: 'Save' })
  await save.click()
  await expect(page.getByText('Nothing was saved.')).toBeVisible()
  await expect(note).toHaveText('Changed elsewhere meanwhile. Saving replaces that.')
  expect(await savedName()).toBe('Named by a colleague')
  await expect(name).toHaveValue('Prints of mine')
  await save.click()
  await expect(note).toBeEmpty()
  expect(await savedName()).toBe('Prints of mine')
  // Another field of the shop was not touched by that.
  await expect(host).toHaveValue('nas2.local')
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await expect(host).not.toHaveValue('nas2.local')
  await page.context().close()
})

test('the work of several shops: one is listed, the others are told of and lead there', async () => {
  const page = await open('two-shops')
  const others = page.getByRole('list', { name: 'Other shops at work' }).getByRole('button')
  await expect(others).toHaveText([/North Street Prints.+NAS offline/, /Gifts.*3 files failed/])
  await expect(page.getByRole('radio', { name: 'All 185' })).toBeVisible()
  await expect(page.locator('.banner')).toContainText('North Street Prints and Stickers: The NAS does not answer.')
  await page.locator('.list-row[data-kind="item"]').first().click()
  await others.last().click()
  await expect(page.locator('.list-row[data-kind="batch"]')).toHaveCount(1)
  await expect(page.getByRole('radio', { name: 'All 3' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Shop' })).toHaveValue('gifts')
  await expect(others.first()).toContainText('Wildflower Wraps')
  await page.context().close()
})

test('what is discarded of the last time is named by its number', async () => {
  const page = await open('restored')
  await page.getByRole('button', { name: 'Discard…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel 3 batches?' })
  await expect(dialog).toContainText('12 files will not be uploaded.')
  await expect(dialog.getByRole('button', { name: 'Cancel 3 batches' })).toBeVisible()
  await page.context().close()
})
