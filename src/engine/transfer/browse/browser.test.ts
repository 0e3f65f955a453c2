import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ok } from '../../../shared/domain/result.ts'
import { createBrowser } from './browser.ts'
import type { FolderRequests } from './folder-requests.ts'

const IDLE_MS = 60_000
const nas = { host: 'nas', port: 22, user: 'ana', root: '/' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the connection is kept while one look takes longer than the idle time after another, and closed when both are over', async () => {
  const destroy = vi.fn()
  // No folder is looked at here.
  const folders = {} as unknown as FolderRequests
  const browser = createBrowser({ idleMs: IDLE_MS, open: async () => ok({ folders, isOpen: true, destroy }) })
  const look = (work: Promise<null>) =>
    browser.use(
      { access: { nas, maxConnections: 2 } },
      async () => ok(await work),
      async () => ok(null),
    )
  const { promise, resolve } = Promise.withResolvers<null>()
  const long = look(promise)
  await look(Promise.resolve(null))
  await vi.advanceTimersByTimeAsync(2 * IDLE_MS)
  expect(destroy.mock.calls).toEqual([])
  resolve(null)
  await long
  await vi.advanceTimersByTimeAsync(IDLE_MS)
  expect(destroy.mock.calls).toHaveLength(1)
})
