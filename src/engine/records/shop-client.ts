import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { EngineHost } from '../ports.ts'
import { createRecordClient, type RecordClient } from './client.ts'
import type { EmbeddedServices } from './embedded-services.ts'

/** How a service is reached: by the token that the host keeps, or as the one of this computer. */
export interface RecordAccess extends Pick<EngineHost, 'secret'>, Pick<EmbeddedServices, 'place'> {
  /** The engine, to its services: another one each time it is started. Not told where only something is tried. */
  readonly sender?: string | undefined
}

/** The shop's backend as a client; where it has none, this computer's own service, started if need be. `configuration` or
 *  `backend-token` when something was never given. `given` is tried instead of what the shop has. */
export async function recordClient(
  { catalog }: { readonly catalog: Pick<Catalog, 'shops' | 'history'> },
  access: RecordAccess,
  shopId: string,
  given: { readonly url?: string | null; readonly fingerprint?: string | undefined } = {},
): Promise<Result<RecordClient>> {
  const shop = catalog.shops.shop(shopId)
  const url = given.url === undefined ? (shop?.backendUrl ?? null) : given.url
  if (url === null) {
    if (shop === null) return fail(failure('configuration', { says: 'no-shop' }))
    const place = await access.place(shopId)
    return place.ok ? ok(createRecordClient({ ...place.value, history: catalog.history.point(shopId) })) : place
  }
  const token = await access.secret(shopId, 'backend-token')
  if (token === null) return fail(failure('backend-token', { says: 'no-token' }))
  const fingerprint = given.fingerprint ?? shop?.backendFingerprint
  const { sender } = access
  return ok(createRecordClient({ url, token, fingerprint, sender, history: catalog.history.point(shopId) }))
}
