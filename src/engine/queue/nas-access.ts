import { failure } from '../../shared/domain/failure.ts'
import { remoteDir } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { DEFAULT_CONNECTIONS, type Nas } from '../../shared/domain/shop.ts'
import type { KnownTemplate } from '../../shared/domain/template.ts'
import type { ListedFile, NasAccess, TransferContract } from '../../shared/worker/transfer.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { EngineHost } from '../ports.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { Places } from './places.ts'

/** Everything a transfer worker needs to reach the shop's NAS: settings and pinned host key from the catalog, secrets
 *  from the host. `configuration` when the shop has no NAS, `needs-sign-in` when there is nothing to sign in with. A NAS
 *  that is not trusted yet needs no secrets: nothing is sent to it. */
export async function nasAccess(
  { shops }: Pick<Catalog, 'shops'>,
  host: Pick<EngineHost, 'secret' | 'agentPath'>,
  shopId: string,
  given?: Nas,
): Promise<Result<NasAccess>> {
  const password = await host.secret(shopId, 'nas-password')
  const passphrase = await host.secret(shopId, 'nas-passphrase')
  // Read last: while the host looks for the secrets, the shop may move, as the practice shop does at each start.
  const nas = given ?? shops.shop(shopId)?.nas ?? null
  if (nas === null) return fail(failure('configuration', { says: 'no-nas' }))
  const maxConnections = nas.maxConnections ?? DEFAULT_CONNECTIONS
  const hostKey = shops.hostKey(nas.host, nas.port)?.fingerprint
  if (hostKey === undefined) return ok({ nas, maxConnections })
  const wantsAgent = nas.identityFile === undefined && (nas.useAgent === true || password === null)
  if (wantsAgent && host.agentPath === null) {
    const account = `${nas.user}@${nas.host}`
    return fail(failure('needs-sign-in', { says: 'no-proof-for', account, isAgentWanted: nas.useAgent === true }))
  }
  return ok({
    nas,
    maxConnections,
    hostKey,
    ...(password === null ? {} : { password }),
    ...(passphrase === null ? {} : { passphrase }),
    ...(wantsAgent && host.agentPath !== null ? { agentPath: host.agentPath } : {}),
  })
}

/** By what a shop's NAS is worked on. */
export interface NasParts {
  readonly transfer: Pick<WorkerPool<TransferContract>, 'call'>
  readonly host: Pick<EngineHost, 'secret' | 'agentPath'>
  readonly places: Pick<Places, 'prove'>
}

/** Gives the transfer worker the access to the shop's NAS, before each work there: one that was started anew knows none.
 *  `place-other` when it is not the NAS on which the shop's designs lie, `cancelled` when `signal` ends the wait for the
 *  proof, which others may go on waiting for. */
export async function openNas(
  catalog: Pick<Catalog, 'shops'>,
  { transfer, host, places }: NasParts,
  shopId: string,
  signal?: AbortSignal,
): Promise<Result<NasAccess>> {
  const access = await nasAccess(catalog, host, shopId)
  if (!access.ok) return access
  const opened = await transfer.call('openNas', { nasId: shopId, access: access.value })
  if (!opened.ok) return opened
  const proving = places.prove(shopId, access.value)
  const proven = await (signal === undefined ? proving : Promise.race([proving, cancelledBy(signal)]))
  return proven.ok ? access : proven
}

/** What stands in the template's folder. */
export async function listTemplate(
  catalog: Pick<Catalog, 'shops'>,
  nas: NasParts,
  template: KnownTemplate,
  signal: AbortSignal,
): Promise<Result<readonly ListedFile[]>> {
  const { shopId: nasId } = template
  const opened = await openNas(catalog, nas, nasId, signal)
  if (!opened.ok) return opened
  return nas.transfer.call('list', { nasId, remoteDir: remoteDir(opened.value.nas.root, template) }, { signal })
}

function cancelledBy(signal: AbortSignal): Promise<Result<never>> {
  return new Promise((resolve) => {
    const cancel = (): void => resolve(fail(failure('cancelled')))
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  })
}
