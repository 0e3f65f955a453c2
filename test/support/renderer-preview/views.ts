import type { Page } from '@playwright/test'

/** A state of the window that a person meets: a scene, and what is done in it. */
export interface View {
  readonly name: string
  readonly scene: string
  act?(page: Page): Promise<void>
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }
const click =
  (selector: string) =>
  (page: Page): Promise<void> =>
    page.locator(selector).first().click()
const inTurn =
  (...acts: readonly ((page: Page) => Promise<void>)[]) =>
  async (page: Page): Promise<void> => {
    for (const act of acts) await act(page)
  }

const SETTINGS = press('Control+4')
const TEST_NAS = inTurn(
  SETTINGS,
  async (page) => page.locator('.settings-section form').nth(1).locator('.form-buttons .button').first().click(),
  async (page) => page.locator('.steps[aria-busy="false"]').waitFor(),
)
const NAME_SHOP = inTurn(click('.welcome-way:nth-of-type(2) .button'), async (page) => {
  await page.locator('.set-up input').first().fill('Wildflower Wraps')
  await page.keyboard.press('Enter')
  await page.locator('.set-up .choices').first().waitFor()
})

/** What the service prints. */
const PAIRING_LINE =
  '{"shop":"Wildflower Wraps","code":"7K2M-X9QD-04TR","validMinutes":10,"addresses":["https://192.168.1.20:4200"],"fingerprint":"SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDvB1C3cXNbTSrFQ1o"}'

const TO_IDENTITY = inTurn(NAME_SHOP, async (page) => {
  for (const [index, text] of ['nas.local', '22', 'galley', '/share/designs'].entries())
    await page.locator('.set-up input:not([type=radio])').nth(index).fill(text)
  await page.keyboard.press('Enter')
  await page.locator('.trust').waitFor()
})
const TO_BACKEND = inTurn(TO_IDENTITY, click('.trust .button'), async (page) => {
  await page.locator('.form-buttons .button-primary[type=submit]:focus').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.backend-forms').waitFor()
})

/** Scenes that are looked at as they begin. */
const AS_THEY_ARE = [
  'welcome',
  'empty',
  'practice',
  'busy',
  'done',
  'nas-full',
  'offline',
  'host-key',
  'needs-sign-in',
  'code',
  'two-reasons',
  'replaced',
  'stored-twice',
  'nas-full-withdrawn',
  'cancelled',
  'place-other',
  'backend-anew',
  'two-shops',
  'restored',
  'paused',
  'limited',
  'scheduled',
  'rebuilt',
  'restarting',
  'stopped',
]

/** Every state that the window is looked at and tested in. */
export const VIEWS: readonly View[] = [
  ...AS_THEY_ARE.map((scene) => ({ name: scene, scene })),
  { name: 'set-up-shop', scene: 'welcome', act: click('.welcome-way:nth-of-type(2) .button') },
  { name: 'set-up-nas', scene: 'welcome', act: NAME_SHOP },
  {
    name: 'set-up-identity',
    scene: 'welcome',
    act: TO_IDENTITY,
  },
  { name: 'chosen-row', scene: 'busy', act: inTurn(click('[role="tree"]'), press('End', 'Home', 'ArrowDown')) },
  { name: 'details', scene: 'busy', act: inTurn(click('.list-row[data-kind="item"]'), press('Enter')) },
  { name: 'filtered', scene: 'busy', act: click('.filter-chip:nth-of-type(2)') },
  {
    name: 'nothing-found',
    scene: 'busy',
    act: inTurn(press('Control+f'), async (page) => page.keyboard.type('zzzz')),
  },
  { name: 'menu', scene: 'busy', act: click('.menu > .icon-button') },
  { name: 'cancel', scene: 'busy', act: click('.batch-actions > .icon-button:last-child') },
  { name: 'discard', scene: 'restored', act: click('.banner .button:nth-of-type(2)') },
  { name: 'stored-twice-asked', scene: 'stored-twice', act: click('.banner .button') },
  { name: 'stored-alike-asked', scene: 'stored-alike', act: click('.banner .button') },
  {
    name: 'taken-back',
    scene: 'stored-twice',
    act: inTurn(click('[role="tree"]'), press('Home', 'ArrowRight', 'ArrowDown', 'Enter')),
  },
  { name: 'drop-withdrawn', scene: 'nas-full-withdrawn', act: click('.banner .button:nth-of-type(2)') },
  { name: 'keys', scene: 'busy', act: press('F1') },
  {
    name: 'dragging',
    scene: 'busy',
    act: async (page) => {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['x'], 'Design.png'))
        document.querySelector('.workplace')?.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }))
      })
    },
  },
  { name: 'review', scene: 'look-alikes', act: press('Control+2') },
  {
    name: 'review-one',
    scene: 'look-alikes',
    act: inTurn(press('Control+2'), async (page) => page.locator('.review-row').nth(1).locator('button').click()),
  },
  {
    name: 'review-slider',
    scene: 'look-alikes',
    act: inTurn(press('Control+2'), click('.compare-viewing button + button')),
  },
  { name: 'review-empty', scene: 'empty', act: press('Control+2') },
  { name: 'activity', scene: 'busy', act: press('Control+3') },
  { name: 'settings', scene: 'nas-good', act: SETTINGS },
  { name: 'settings-practice', scene: 'practice', act: SETTINGS },
  {
    name: 'settings-end',
    scene: 'nas-good',
    act: inTurn(SETTINGS, async (page) => page.locator('.settings').evaluate((body) => body.scrollTo(0, 1e5))),
  },
  {
    name: 'settings-unsaved',
    scene: 'nas-good',
    act: inTurn(SETTINGS, async (page) => page.locator('.settings input').first().fill('Another name')),
  },
  ...['template-differs', 'templates-read-only'].map((scene) => ({
    name: scene,
    scene,
    act: inTurn(SETTINGS, async (page) => page.locator('.template-tabs').evaluate((tabs) => tabs.scrollIntoView())),
  })),
  ...['good', 'poor', 'wrong-folder', 'asks-code', 'old'].map((nas) => ({
    name: `test-${nas}`,
    scene: `nas-${nas}`,
    act: TEST_NAS,
  })),
  { name: 'elsewhere', scene: 'elsewhere', act: inTurn(click('.item-row[data-stage="waiting"]'), press('Enter')) },
  {
    name: 'cancelled-now',
    scene: 'busy',
    act: inTurn(click('.list-row[data-kind="item"]'), press('Delete'), async (page) =>
      page.locator('.notice').waitFor(),
    ),
  },
  { name: 'settle-place', scene: 'place-other', act: click('.banner .button:nth-of-type(2)') },
  { name: 'resend', scene: 'backend-anew', act: click('.banner .button:nth-of-type(2)') },
  { name: 'led-to-pairing', scene: 'backend-anew', act: click('.banner .button') },
  {
    name: 'pairing-refused',
    scene: 'backend-anew',
    act: inTurn(click('.banner .button'), async (page) => {
      await page.keyboard.type(PAIRING_LINE)
      await page.keyboard.press('Enter')
      await page.locator('.failure-text').waitFor()
    }),
  },
  { name: 'set-up-backend', scene: 'welcome', act: TO_BACKEND },
  { name: 'led-to-identity', scene: 'host-key', act: click('.banner .button') },
  { name: 'led-to-sign-in', scene: 'needs-sign-in', act: click('.banner .button') },
  {
    name: 'nas-browser',
    scene: 'nas-good',
    act: inTurn(SETTINGS, click('.field-line .button:not([type=submit])'), async (page) =>
      page.locator('.nas-facts').waitFor(),
    ),
  },
]
