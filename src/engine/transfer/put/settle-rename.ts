import { posix } from 'node:path'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import type { RateLimit } from '../connection/rate-limit.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { refusalFailure, STATUS } from '../failures.ts'
import { remoteDigest } from '../get/remote-digest.ts'
import { isRefused, partPath } from './part-file.ts'

/** What stands under the final name of a rename whose answer was lost. */
export type Settled =
  | { readonly kind: 'stored'; readonly durable: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'foreign' }

/** Finds out whether a rename whose answer was lost was done: by size and SHA-256 of what has the final name now. */
export async function settleRename(
  sftp: SftpRequests,
  { remoteDir, itemId, source, sha256 }: PutRequest,
  sent: { readonly fileName: string; readonly attempt: number },
  limit: RateLimit,
): Promise<Result<Settled>> {
  const path = posix.join(remoteDir, sent.fileName)
  // First the temporary name: without it, a session that was frozen cannot do the rename after we have looked.
  await sftp.unlink(partPath(remoteDir, itemId, sent.attempt))
  const found = await sftp.lstat(path)
  if (isRefused(found, STATUS.noSuchFile)) return ok({ kind: 'absent' })
  const explain = async (fault: Parameters<typeof refusalFailure>[0]): Promise<Result<never>> =>
    fail(await refusalFailure(fault, remoteDir, 0, () => sftp.space(remoteDir)))
  if (!found.ok) return explain(found.fault)
  if (!found.value.isFile() || found.value.size !== source.sizeBytes) return ok({ kind: 'foreign' })

  const handle = await sftp.open(path, 'read')
  // What we stored, we can read.
  if (isRefused(handle, STATUS.permissionDenied)) return ok({ kind: 'foreign' })
  if (!handle.ok) return explain(handle.fault)
  const digest = await remoteDigest(sftp, handle.value, source.sizeBytes, limit)
  const isOurs = digest.ok && digest.value === sha256
  const synced = isOurs && sftp.traits.hasFsync ? await sftp.fsync(handle.value) : null
  await sftp.close(handle.value)
  if (!digest.ok) return explain(digest.fault)
  return ok(isOurs ? { kind: 'stored', durable: synced?.ok === true } : { kind: 'foreign' })
}
