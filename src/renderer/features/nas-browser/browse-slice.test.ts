import { expect, test } from 'vitest'
import { createStore } from 'zustand'
import { type FailureCode, failure } from '../../../shared/domain/failure.ts'
import type { BrowsedFolder } from '../../../shared/domain/nas-folder.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { type BrowseSlice, createBrowseSlice } from './browse-slice.ts'

const OF = { shopId: 'shop', nas: { host: 'nas', port: 22, user: 'ana', root: '/' }, secrets: {} }

/** A NAS whose answers come when the test says so. */
function openBrowser() {
  const questions: { readonly path: string | null; answer(result: Result<BrowsedFolder>): void }[] = []
  const made: string[] = []
  let refusal: FailureCode | null = null
  let refreshed = 0
  const store = createStore<BrowseSlice>()((set, get) =>
    createBrowseSlice(
      {
        browseNas: ({ path }) => new Promise((answer) => questions.push({ path, answer })),
        async makeNasFolder({ path }) {
          made.push(path)
          return refusal === null ? ok(null) : fail(failure(refusal))
        },
        trustHostKey: async () => ok(null),
      },
      set,
      () => ({ ...get(), refreshShops: async () => void refreshed++ }),
    ),
  )
  return {
    ...{ store, questions, made },
    refuse: (code: FailureCode) => {
      refusal = code
    },
    get refreshed() {
      return refreshed
    },
    get browsing() {
      return store.getState().browsing
    },
  }
}

function folder(path: string, ...names: string[]): Result<BrowsedFolder> {
  const entries = names.map((name) => ({
    ...{ name, kind: 'folder' as const, sizeBytes: null, modifiedAt: null, writable: 'yes' as const },
  }))
  return ok({ path, missing: null, home: '/', writable: 'yes', freeBytes: null, entries, isCut: false, foreign: null })
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a slow folder does not take the place of one that was asked for after it', async () => {
  const browser = openBrowser()
  const { browse, goTo } = browser.store.getState()
  void browse(OF, '/slow')
  void goTo('/quick')
  browser.questions[1]?.answer(folder('/quick', 'a'))
  browser.questions[0]?.answer(folder('/slow', 'b'))
  await settled()
  expect(browser.browsing).toMatchObject({ folder: { path: '/quick' }, isReading: false, pointed: 'a' })
})

test('an answer after the browser was closed opens nothing', async () => {
  const browser = openBrowser()
  void browser.store.getState().browse(OF, null)
  browser.store.getState().endBrowsing()
  browser.questions[0]?.answer(folder('/', 'a'))
  await settled()
  expect(browser.browsing).toBeNull()
})

test('going up points at the folder that was left; above the top there is nothing', async () => {
  const browser = openBrowser()
  const { browse, goUp } = browser.store.getState()
  void browse(OF, '/share')
  browser.questions[0]?.answer(folder('/share', 'a'))
  await settled()
  void goUp()
  browser.questions[1]?.answer(folder('/', 'home', 'share'))
  await settled()
  expect([browser.questions[1]?.path, browser.browsing?.pointed]).toEqual(['/', 'share'])
  await goUp()
  expect(browser.questions).toHaveLength(2)
})

test('a new folder is gone to; one that is refused says why and leaves the list', async () => {
  const browser = openBrowser()
  const { browse, makeFolder } = browser.store.getState()
  void browse(OF, '/')
  browser.questions[0]?.answer(folder('/', 'share'))
  await settled()
  const making = makeFolder('designs')
  await settled()
  browser.questions[1]?.answer(folder('/designs'))
  expect([await making, browser.made, browser.browsing?.folder?.path]).toEqual([true, ['/designs'], '/designs'])
  browser.refuse('permission-denied')
  expect(await makeFolder('more')).toBe(false)
  expect(browser.browsing).toMatchObject({ failure: { code: 'permission-denied' }, folder: { path: '/designs' } })
  expect(browser.made).toEqual(['/designs', '/designs/more'])
})

test('a NAS that is trusted is read at once, where it was asked for', async () => {
  const browser = openBrowser()
  const { browse, trustBrowsed } = browser.store.getState()
  void browse(OF, '/volume1')
  browser.questions[0]?.answer(fail(failure('host-key-unknown', 'SHA256:x')))
  await settled()
  void trustBrowsed('SHA256:x')
  await settled()
  expect([browser.questions[1]?.path, browser.browsing?.isReading]).toEqual(['/volume1', true])
  expect(browser.refreshed).toBe(1)
})
