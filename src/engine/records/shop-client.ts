import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { EngineHost } from '../ports.ts'
import { createRecordClient, type RecordClient } from './client.ts'

/** The shop's backend as a client; `configuration` or `backend-token` when something was never given. */
export async function recordClient(
  { catalog }: { readonly catalog: Pick<Catalog, 'shops' | 'history'> },
  host: Pick<EngineHost, 'secret'>,
  shopId: string,
  given: { readonly url?: string; readonly fingerprint?: string | undefined } = {},
): Promise<Result<RecordClient>> {
  const token = await host.secret(shopId, 'backend-token')
  const shop = catalog.shops.shop(shopId)
  const url = given.url ?? shop?.backendUrl ?? null
  if (url === null) return fail(failure('configuration', { says: 'no-backend' }))
  if (token === null) return fail(failure('backend-token', { says: 'no-token' }))
  const fingerprint = given.fingerprint ?? shop?.backendFingerprint
  return ok(createRecordClient({ url, token, fingerprint, history: catalog.history.point(shopId) }))
}
