import { ROUTES } from '../../src/shared/ipc/routes.ts'
import { expect, test } from './fixture.ts'

test('the page comes with a policy that runs nothing but its own files', async ({ page }) => {
  const policy = await page.evaluate(async () => (await fetch('index.html')).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe')

  const ran = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "inline script ran"'
    document.body.append(script)
    script.remove()
    // In a task of its own: what DevTools evaluates is exempt from the policy.
    const evaluated = await new Promise<boolean>((resolve) =>
      setTimeout(() => {
        try {
          resolve(new Function('return true')())
        } catch {
          resolve(false)
        }
      }),
    )
    const reached = await fetch('https://example.invalid/').then(
      () => true,
      () => false,
    )
    return { title: document.title, evaluated, reached }
  })
  expect(ran).toMatchObject({ evaluated: false, reached: false })
  expect(ran.title).not.toContain('ran')
})

test('the page has the bridge and nothing of Node or Electron', async ({ page }) => {
  const found = await page.evaluate(() => ({
    bridge: Object.keys(window.galley).sort(),
    foreign: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in window),
  }))
  expect(found.bridge).toEqual([...ROUTES, 'on', 'pathOf'].sort())
  expect(found.foreign).toEqual([])
})

test('an input that its schema refuses is answered, not acted on', async ({ page }) => {
  const answer = await page.evaluate(() => {
    const pause = window.galley.pause as (input: unknown) => Promise<{ ok: boolean; failure?: { code: string } }>
    return pause({ batchId: { $ne: null } })
  })
  expect(answer).toMatchObject({ ok: false, failure: { code: 'configuration' } })
})

test('no address leads out of the renderer and the thumbnails', async ({ page }) => {
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['..%2f..%2fpackage.json', '..%5c..%5cpackage.json', '%2e%2e/main/index.js', 'nothing.js', '/etc/passwd'].map(
        async (path) => (await fetch(path)).status,
      ),
    ),
  )
  expect(statuses).toEqual([404, 404, 404, 404, 404])
})

test('neither a link nor a script leads the window elsewhere or opens another', async ({ page, evaluateMain }) => {
  const addresses = () =>
    evaluateMain(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()))
  expect(await addresses()).toEqual(['app://galley/index.html'])
  await page.evaluate(() => {
    window.open('https://example.invalid/')
    const link = document.createElement('a')
    link.href = 'https://example.invalid/'
    document.body.append(link)
    link.click()
    link.remove()
  })
  // The page still answers, so it is still the page.
  expect(await page.evaluate(() => window.galley.appInfo())).toMatchObject({ ok: true })
  expect(await addresses()).toEqual(['app://galley/index.html'])
})

test('nothing that a page may ask of the browser is granted', async ({ page }) => {
  const states = await page.evaluate(async () => {
    const asked = ['geolocation', 'camera', 'microphone', 'notifications', 'clipboard-read'] as const
    return Promise.all(asked.map(async (name) => (await navigator.permissions.query({ name: name as 'camera' })).state))
  })
  expect(new Set(states)).toEqual(new Set(['denied']))
})

test('a window that met a fault may be reloaded: it gets its bridge and the engine’s state again', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.evaluate(() => {
    document.title = 'before'
    setTimeout(() => window.location.reload())
  })
  await expect(page).not.toHaveTitle('before')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(await page.evaluate(() => window.galley.status())).toMatchObject({ ok: true })
})
