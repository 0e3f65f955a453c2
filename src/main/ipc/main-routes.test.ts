import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenDialogOptions, SaveDialogOptions } from 'electron'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ReceiptLine } from '../../shared/domain/batch.ts'
import { failure } from '../../shared/domain/failure.ts'
import { formatReceipt } from '../../shared/domain/receipt.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { MAIN_TEXTS } from '../texts/main-texts.ts'
import { type MainRouteParts, mainRoutes } from './main-routes.ts'

/** What a person is asked, and chooses: null closes the dialogue. */
const asked: (OpenDialogOptions | SaveDialogOptions)[] = []
let chosen: string | null = null
vi.mock('electron', () => ({
  dialog: {
    async showOpenDialog(_window: unknown, options: OpenDialogOptions) {
      asked.push(options)
      // Some systems name files for a dialogue that was closed.
      return chosen === null ? { canceled: true, filePaths: ['/left'] } : { canceled: false, filePaths: [chosen] }
    },
    async showSaveDialog(_window: unknown, options: SaveDialogOptions) {
      asked.push(options)
      return { canceled: chosen === null, filePath: chosen ?? '/left' }
    },
  },
}))

const LINE: ReceiptLine = {
  fileName: 'a.png',
  sourcePath: '/drop/a.png',
  sizeBytes: 10,
  sha256: 'ab'.repeat(32),
  outcome: 'done',
  reason: '',
  remotePath: '/shop/UV 1.png',
  recordId: 'record',
  verifiedBy: 'read-back',
  durable: true,
  mayCollide: false,
  warnings: [],
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-routes-'))
  asked.length = 0
  chosen = null
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Main's routes over an engine that answers like this, with what was done of the desktop. */
function routesWith(answers: Record<string, Result<unknown>> = {}, trouble = '') {
  const done: unknown[] = []
  const parts = {
    app: { getVersion: () => '1.2.3', quit: () => done.push('quit') },
    shell: {
      openPath: async (path: string) => {
        done.push(path)
        return trouble
      },
      showItemInFolder: (path: string) => done.push(path),
    },
    platform: 'linux',
    window: {},
    engine: {
      call: async (method: string) => answers[method] ?? fail(failure('worker-gone')),
      start: () => done.push('engine'),
    },
    practice: { start: async () => ok({ shopId: 'practice' }) },
    secrets: {},
    vault: { isSafe: async () => false },
    language: {},
    dataDir: '/data',
    texts: () => MAIN_TEXTS.en,
    logPath: '/data/galley.log',
    beginWatch: () => done.push('watch'),
    tellStep: () => undefined,
  } as unknown as MainRouteParts
  return { routes: mainRoutes(parts), done }
}

test('each thing is picked in a dialogue of its own: pictures in all their spellings, a key also where it is hidden', async () => {
  const { routes } = routesWith()
  chosen = '/picked'
  expect(await routes.pickFiles({ purpose: 'designs' })).toEqual(ok(['/picked']))
  expect(await routes.pickFiles({ purpose: 'identity-file' })).toEqual(ok(['/picked']))
  expect(await routes.pickFolder(null)).toEqual(ok(['/picked']))
  expect(asked).toMatchObject([
    {
      properties: ['openFile', 'multiSelections'],
      filters: [{ extensions: expect.arrayContaining(['png', 'jpg', 'tif']) }, {}],
    },
    { properties: ['openFile', 'showHiddenFiles'] },
    { properties: ['openDirectory', 'multiSelections'] },
  ])
})

test('a dialogue that is closed picks nothing and saves nothing', async () => {
  const { routes } = routesWith({ receipt: ok([LINE]) })
  expect(await routes.pickFiles({ purpose: 'designs' })).toEqual(ok([]))
  expect(await routes.pickFolder(null)).toEqual(ok([]))
  expect(await routes.saveReceipt({ batchId: 'b', format: 'csv' })).toEqual(ok(null))
})

test.each(['csv', 'json'] as const)('a receipt is written where it was said, as %s', async (format) => {
  const { routes } = routesWith({ receipt: ok([LINE]) })
  chosen = join(folder, 'receipt')
  expect(await routes.saveReceipt({ batchId: 'b', format })).toEqual(ok({ path: chosen }))
  expect(readFileSync(chosen, 'utf8')).toBe(formatReceipt([LINE], format))
  expect(asked).toMatchObject([{ defaultPath: expect.stringMatching(new RegExp(`\\.${format}$`)) }])
})

test('a receipt that cannot be had is asked no place for; one that cannot be written says why', async () => {
  expect(await routesWith().routes.saveReceipt({ batchId: 'b', format: 'csv' })).toMatchObject({ ok: false })
  expect(asked).toEqual([])
  chosen = join(folder, 'gone', 'receipt')
  const { routes } = routesWith({ receipt: ok([LINE]) })
  expect(await routes.saveReceipt({ batchId: 'b', format: 'csv' })).toMatchObject({
    failure: { detail: expect.stringContaining('ENOENT') },
  })
})

test('a data folder that does not open says why; log, engine and quitting are where the buttons say', async () => {
  const { routes, done } = routesWith({}, 'no program for folders')
  expect(await routes.openDataFolder(null)).toMatchObject({ failure: { detail: 'no program for folders' } })
  expect(await routesWith().routes.openDataFolder(null)).toEqual(ok(null))
  for (const route of ['revealLog', 'restartEngine', 'watch', 'quit'] as const) await routes[route](null)
  expect(done).toEqual(['/data', '/data/galley.log', 'engine', 'watch', 'quit'])
  expect(await routes.appInfo(null)).toEqual(ok({ version: '1.2.3', platform: 'linux', secretsPersist: false }))
})

test('what the engine does is told with what this process takes; without an engine that is the answer', async () => {
  const activity = { engine: { cpu: 1 } }
  expect(await routesWith({ activity: ok(activity) }).routes.activity(null)).toMatchObject({
    value: { ...activity, main: expect.anything() },
  })
  expect(await routesWith().routes.activity(null)).toMatchObject({ failure: { code: 'worker-gone' } })
})
