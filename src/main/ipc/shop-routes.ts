import { hostname } from 'node:os'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { MainHandlers } from '../../shared/ipc/window.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'

/** Saving shops with what the key store holds of them, which the engine never stores. */
export function shopRoutes(parts: {
  readonly engine: EngineProcess
  readonly secrets: SecretStore
}): Pick<MainHandlers, 'saveShop' | 'pairBackend' | 'knownSecrets'> {
  const { engine, secrets } = parts
  return {
    saveShop: ({ shop, secrets: typed = {} }) => secrets.keepWith(shop.id, typed, () => engine.call('saveShop', shop)),
    async pairBackend({ shopId, ...wish }) {
      const paired = await engine.call('pairBackend', { ...wish, device: hostname() })
      if (!paired.ok) return paired
      const { url, token, fingerprint, shopName } = paired.value
      const shops = await engine.call('listShops', null)
      if (!shops.ok) return shops
      const found = shops.value.find(({ shop }) => shop.id === shopId)
      if (found === undefined) return fail(failure('configuration', { says: 'no-shop' }))
      const { backendFingerprint: _, ...before } = found.shop
      const backend = { backendUrl: url, ...(fingerprint === undefined ? {} : { backendFingerprint: fingerprint }) }
      const kept = await secrets.keepWith(shopId, { 'backend-token': token }, () =>
        engine.call('saveShop', { ...before, ...backend }),
      )
      return kept.ok ? ok({ shopName, ...backend }) : kept
    },
    knownSecrets: async ({ shopId }) => ok(await secrets.known(shopId)),
  }
}
