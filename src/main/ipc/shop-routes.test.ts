import { expect, test } from 'vitest'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Shop, TypedSecrets } from '../../shared/domain/shop.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import { shopRoutes } from './shop-routes.ts'

const shop: Shop = {
  ...{ id: 'shop', name: 'Shop', kind: 'real', nas: null },
  ...{ backendUrl: 'https://old', backendFingerprint: 'SHA256:old' },
}

/** Routes over an engine that answers from `paired`, and a store that keeps what was saved. */
function routes(paired: object, known: readonly Shop[] = [shop], saves: Result<null> = ok(null)) {
  const saved: Shop[] = []
  const kept: TypedSecrets[] = []
  const engine = {
    async call(method: string, input: Shop) {
      if (method === 'pairBackend') return ok(paired)
      if (method === 'listShops') return ok(known.map((one) => ({ shop: one, templates: [] })))
      saved.push(input)
      return saves
    },
  } as unknown as EngineProcess
  const secrets: Pick<SecretStore, 'keepWith'> = {
    async keepWith(_shopId, typed, save) {
      const result = await save()
      if (!result.ok) return result
      kept.push(typed)
      return ok({ persisted: true })
    },
  }
  return { ...shopRoutes({ engine, secrets: secrets as SecretStore }), saved, kept }
}
const wish = { shopId: 'shop', urls: ['https://new'], code: 'AAAA-BBBB-CCCC' }

test('a shop that is paired is known by the new service’s identity alone, or by none where an authority vouches', async () => {
  const told = { url: 'https://new', token: 'tok', shopName: 'Team' }
  const pinned = routes({ ...told, fingerprint: 'SHA256:new' })
  expect(await pinned.pairBackend(wish)).toMatchObject({ ok: true, value: { shopName: 'Team' } })
  expect(pinned.saved).toEqual([{ ...shop, backendUrl: 'https://new', backendFingerprint: 'SHA256:new' }])
  expect(pinned.kept).toEqual([{ 'backend-token': 'tok' }])
  const vouched = routes(told)
  await vouched.pairBackend(wish)
  expect(vouched.saved[0]).not.toHaveProperty('backendFingerprint')
})

test('the token is kept only with the shop, and of a shop that is not there none is', async () => {
  const told = { url: 'https://new', token: 'tok', shopName: 'Team' }
  const refused = routes(told, [shop], fail(failure('disk-full')))
  expect(await refused.pairBackend(wish)).toMatchObject({ ok: false, failure: { code: 'disk-full' } })
  const gone = routes(told, [])
  expect(await gone.pairBackend(wish)).toMatchObject({ ok: false, failure: { code: 'configuration' } })
  expect([refused.kept, gone.kept, gone.saved]).toEqual([[], [], []])
})
