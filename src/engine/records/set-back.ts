import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { QueueContext } from '../items/context.ts'
import type { RecordClient } from './client.ts'
import { type ResendCounts, resendLacking } from './resend.ts'

/** The backend has lost what was known of it: from now on it is due to be sent what it lacks, and read from the start. One
 *  that never knew it is sent a shop's whole past if a person says so; else `backend-anew`: it may be another shop's. */
export async function startOver(
  { catalog, log }: QueueContext,
  client: RecordClient,
  shopId: string,
  saidBy: 'backend' | 'person',
  signal: AbortSignal,
): Promise<Result<null>> {
  const shop = await client.shop(signal)
  if (!shop.ok) return shop
  const { id, name } = shop.value
  const isKnown = id === catalog.history.backendShopId(shopId)
  if (saidBy === 'backend' && !isKnown) return fail(failure('backend-anew', name))
  log.warn('the backend is sent what it lacks', { shop: shopId, saidBy })
  await catalog.write(() => catalog.history.forget(shopId, id, true))
  return ok(null)
}

/** Sends it what is due, before anything of it is read: the state that it fell back to is older than what is known here. */
export async function sendDue(
  context: QueueContext,
  client: RecordClient,
  shopId: string,
  signal: AbortSignal,
): Promise<Result<ResendCounts>> {
  const { history } = context.catalog
  if (!history.isResendDue(shopId)) return ok({ asked: 0, sent: 0 })
  const sent = await resendLacking(context, client, shopId, signal)
  if (sent.ok) await context.catalog.write(() => history.setResent(shopId))
  return sent
}
