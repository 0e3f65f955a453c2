import { expect, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { ok } from '../../shared/domain/result.ts'
import { type NasParts, openNas } from './nas-access.ts'

test('whose work is cancelled waits no more for the proof of the place, and others go on waiting', async () => {
  await using shop = await openTestCatalog()
  const { catalog, shopId } = shop
  const nas = { host: 'nas', port: 22, user: 'me', root: '/designs' }
  await catalog.write(() =>
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas, backendUrl: 'http://127.0.0.1:9' }),
  )
  const proof = Promise.withResolvers<ReturnType<typeof ok<null>>>()
  const prove = vi.fn(() => proof.promise)
  const parts: NasParts = {
    transfer: { call: async () => ok(null) as never },
    host: { secret: async () => 'password', agentPath: null },
    places: { prove },
  }
  const cancelled = new AbortController()
  const first = openNas(catalog, parts, shopId, cancelled.signal)
  const second = openNas(catalog, parts, shopId, new AbortController().signal)
  await vi.waitFor(() => expect(prove).toHaveBeenCalledTimes(2))
  cancelled.abort()
  expect(await first).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  expect(await openNas(catalog, parts, shopId, cancelled.signal)).toMatchObject({ ok: false })
  proof.resolve(ok(null))
  expect(await second).toMatchObject({ ok: true, value: { nas } })
})
