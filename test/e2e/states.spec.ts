import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import sharp from 'sharp'
import { electronHost } from '../../scripts/electron-host.ts'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { PLACE_FOLDER } from '../../src/shared/domain/place.ts'
import type { Nas, SecretKind } from '../../src/shared/domain/shop.ts'
import { startBackend } from '../support/backend.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'
import { firstPage, expect as plainExpect, test } from './fixture.ts'
import { screenshots } from './practice-window.ts'

const SIZE = { width: 950, height: 433 }
const SHOP = 'shop'
const TEMPLATE = {
  ...{ id: 't16', shopId: SHOP, name: 'UVDTF 16oz', widthInches: 9.5, heightInches: 4.33, dpi: 300 },
  ...{ fit: 'contain', namePattern: 'UV {number} {template}_{number}' },
} as const

/** What fails is tried several times before it is told. */
const expect = plainExpect.configure({ timeout: 40_000 })

/** What Galley says of itself outside of its window, as the stand-in wrote it down. */
interface Desktop {
  readonly tip: string
  readonly taskbar: string
  readonly notices: readonly string[]
}

function desktopOf(app: ElectronApplication): Promise<Desktop> {
  return app.evaluate(() => {
    const { entries } = (globalThis as unknown as StandIn).__standin.journal
    const last = (api: string): unknown => entries.findLast((entry) => entry.api === api)?.data
    return {
      tip: String(last('tray.setToolTip')),
      taskbar: (last('window.setProgressBar') as { mode: string } | undefined)?.mode ?? 'none',
      notices: entries
        .filter(({ api }) => api === 'notification.show')
        .map(({ data }) => (data as { title: string }).title),
    }
  })
}

interface StandIn {
  readonly __standin: { readonly journal: { readonly entries: readonly { api: string; data: unknown }[] } }
}

test('with its window closed Galley says the same of itself in tray, taskbar, notices, sidebar and list, whatever stops it', async ({
  app,
}, info) => {
  test.skip(electronHost().isReal, 'only the stand-in writes down what the desktop shows')
  test.skip(whyNoSmallDisk() !== null, whyNoSmallDisk() ?? '')
  test.setTimeout(300_000)
  await using sshd = await startSshd()
  await using disk = await mountSmallDisk('rw', 4)
  await using backend = await startBackend()
  const { testUser } = sshd
  if (testUser === null) throw new Error('root runs this test')
  const folder = info.outputPath('designs')
  await mkdir(folder, { recursive: true })
  const page = await firstPage(app)

  const bridge = bridgeOf(page)
  const reach = (nas: Nas, secrets: Partial<Record<SecretKind, string>> = {}): Promise<void> =>
    bridge.tell('saveShop', { shop: { id: SHOP, name: 'Shop', kind: 'real', nas, backendUrl: backend.url }, secrets })
  const trust = (fingerprint: string): Promise<void> =>
    bridge.tell('trustHostKey', { host: sshd.host, port: sshd.port, fingerprint })
  const draw = async (seed: number): Promise<string> => {
    const path = join(folder, `design ${seed}.png`)
    await writeFile(path, await drawDesign(seed, SIZE))
    return path
  }
  const drop = (...paths: readonly string[]): Promise<void> =>
    bridge.tell('acceptPaths', {
      paths,
      shopId: SHOP,
      templateId: TEMPLATE.id,
      policy: { onDuplicate: 'skip', onSimilar: 'review' },
    })
  const told: (string | RegExp)[] = []
  /** All of them at once; `news` is the one notice that is new. */
  const shows = async (is: {
    tip: string
    taskbar: string
    side: string
    list?: string
    news?: RegExp
  }): Promise<void> => {
    if (is.news !== undefined) told.push(is.news)
    await expect.poll(async () => (await desktopOf(app)).tip).toContain(`Galley: ${is.tip}`)
    await expect(page.locator('.sidebar-rate strong')).toHaveText(is.side)
    if (is.list !== undefined) await expect(page.locator('.batch-facts').first()).toContainText(is.list)
    await expect.poll(async () => (await desktopOf(app)).notices).toHaveLength(told.length)
    const { taskbar, notices } = await desktopOf(app)
    expect(taskbar).toBe(is.taskbar)
    expect(notices).toEqual(told.map((one) => expect.stringMatching(one)))
  }

  await reach(sshd.nas, { 'backend-token': await backend.addShop('Shop') })
  await trust(sshd.hostKeyFingerprint)
  await bridge.tell('saveTemplate', TEMPLATE)
  await page.reload()
  await drop(await draw(0))
  await expect(page.getByRole('tree').getByText('1 uploaded')).toBeVisible()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await shows({ tip: 'Nothing to do', taskbar: 'none', side: 'Nothing to do', news: /stays in the tray/ })

  await sshd.stop()
  await drop(...(await Promise.all([1, 2, 3].map(draw))))
  const waiting = ' · 3 files are waiting'
  const away = { tip: `NAS offline${waiting} · `, taskbar: 'paused', side: 'NAS offline', list: 'NAS offline' }
  await shows({ ...away, news: /^The NAS does not answer\./ })
  await screenshots(page, info.outputPath('offline'))

  await sshd.renewHostKeys()
  await sshd.start()
  const changed = { tip: `Identity changed${waiting}`, taskbar: 'error', side: 'Identity changed' }
  await shows({ ...changed, list: 'Identity changed', news: /identity changed/ })

  await bridge.tell('pause', { batchId: null })
  await shows({ tip: `Paused${waiting}`, taskbar: 'paused', side: 'Paused', list: 'Paused' })
  await screenshots(page, info.outputPath('paused'))

  const { identityFile: _, ...byPassword } = sshd.nas
  await reach({ ...byPassword, user: testUser.user }, { 'nas-password': 'wrong' })
  await trust(sshd.hostKeyFingerprint)
  await bridge.tell('resume', { batchId: null })
  const refused = { tip: `Needs sign-in${waiting}`, taskbar: 'error', side: 'Needs sign-in', list: 'Needs sign-in' }
  await shows({ ...refused, news: /refused the sign-in/ })

  // The same place, on another disk: it would be told as another one otherwise.
  await cp(join(sshd.nas.root, PLACE_FOLDER), join(disk.path, PLACE_FOLDER), { recursive: true })
  const filler = join(disk.path, 'filler')
  await writeFile(filler, Buffer.alloc(4 * 1024 * 1024 - 16 * 1024))
  await reach({ ...sshd.nas, root: disk.path })
  await shows({
    tip: `NAS full${waiting}`,
    taskbar: 'error',
    side: 'NAS full',
    list: 'NAS full',
    news: /^The NAS is full/,
  })
  await rm(filler)
  await reach({ ...sshd.nas, root: disk.path })
  await shows({ tip: 'Nothing to do', taskbar: 'none', side: 'Nothing to do', news: /: finished$/ })

  const alike = join(folder, 'alike.png')
  await sharp(await drawDesign(0, SIZE))
    .resize(600)
    .png()
    .toFile(alike)
  await drop(alike)
  const asks = { tip: 'Waiting for you · 1 design needs a decision', taskbar: 'paused', side: 'Waiting for you' }
  await shows({ ...asks, news: /: 1 design needs a decision$/ })

  const broken = [1, 2].map((n) => join(folder, `broken ${n}.png`))
  for (const path of broken) await writeFile(path, '')
  await drop(...broken)
  const failed = { tip: '2 files failed · 1 design needs a decision', taskbar: 'error', side: '2 files failed' }
  await shows({ ...failed, news: /: 2 files failed$/ })
  await screenshots(page, info.outputPath('failed'))

  // While another file of the drop waits: told in a while, together, and the end does not tell it again.
  await sshd.stop()
  const cut = [3, 4].map((n) => join(folder, `broken ${n}.png`))
  for (const path of cut) await writeFile(path, '')
  await drop(await draw(4), ...cut)
  const left = { taskbar: 'error', side: 'NAS offline' }
  await shows({ ...left, tip: 'NAS offline · 1 file is waiting', news: /^The NAS does not answer\./ })
  await shows({ ...left, tip: 'NAS offline', news: /: 2 files failed$/ })
  await sshd.start()
  const allFailed = { tip: '4 files failed · 1 design needs a decision', taskbar: 'error', side: '4 files failed' }
  await shows({ ...allFailed, news: /: finished$/ })

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.show())
  await page.getByRole('button', { name: 'Show what failed' }).click()
  await shows(asks)

  await bridge.tell('chooseLanguage', { choice: 'es' })
  await expect.poll(async () => (await desktopOf(app)).tip).toContain('Te espera a ti · 1 diseño espera tu decisión')
})

/** Calls of the window's own bridge. */
function bridgeOf(page: Page) {
  type Answer = { readonly ok: true } | { readonly ok: false; readonly failure: { readonly message: string } }
  return {
    async tell(route: string, input: unknown): Promise<void> {
      const answer = await page.evaluate(
        ([name, asked]) => {
          const galley = window.galley as unknown as Record<string, (value: unknown) => Promise<Answer>>
          const call = galley[name as string]
          if (call === undefined) throw new Error(`no route ${name}`)
          return call(asked)
        },
        [route, input] as const,
      )
      if (!answer.ok) throw new Error(`${route}: ${answer.failure.message}`)
    },
  }
}
