import { posix } from 'node:path'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { VerifyPolicy } from '../../../shared/domain/shop.ts'
import type { PutRequest, SentName } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import { type ClaimContext, dropClaim } from './claim.ts'
import { partPath } from './part-names.ts'
import { syncNamed, whoHas } from './who-has.ts'

/** What stands under the final name of a rename whose answer was lost. */
export type Settled =
  | { readonly kind: 'stored'; readonly verifiedBy: VerifyPolicy; readonly durable: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'foreign' }

/** Finds out whether a rename whose answer was lost was done: by size and SHA-256 of what has the final name now. Our own
 *  empty file that claimed the name is removed. */
export async function settleRename(
  sftp: SftpRequests,
  { remoteDir, itemId, source, sha256 }: PutRequest,
  sent: SentName,
  { facts, noteClaim }: ClaimContext,
): Promise<Result<Settled>> {
  const path = posix.join(remoteDir, sent.fileName)
  // First the temporary name: without it, a session that was frozen cannot do the rename after we have looked.
  const removed = await sftp.unlink(partPath(remoteDir, itemId, sent.attempt, facts.partNaming))
  if (sent.isClaimed === true && (await dropClaim(sftp, path, noteClaim))) return ok({ kind: 'absent' })
  const holder = await whoHas(sftp, path, { sizeBytes: source.sizeBytes, sha256 })
  if (!holder.ok) return fail(await refusalFailure(holder.fault, remoteDir, sftp))
  switch (holder.value) {
    case 'nobody':
      return ok({ kind: 'absent' })
    case 'foreign':
      return ok({ kind: 'foreign' })
    case 'unreadable':
      // Where nothing may be read back, the temporary file that is gone tells that it has its name.
      if (!isRefused(removed, 'missing')) return ok({ kind: 'foreign' })
  }
  const synced = await syncNamed(sftp, path)
  if (!synced.ok) return fail(await refusalFailure(synced.fault, remoteDir, sftp))
  const verifiedBy = holder.value === 'ours' ? 'read-back' : 'size'
  return ok({ kind: 'stored', verifiedBy, durable: synced.value })
}
