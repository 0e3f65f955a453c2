import { posix } from 'node:path'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import type { Naming } from '../../../shared/domain/nas-facts.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import type { RateLimit } from '../connection/rate-limit.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'
import { digestOf } from '../get/look-around.ts'
import { type Claimed, claim } from './claim.ts'
import type { PartFile } from './part-file.ts'
import { syncNamed } from './who-has.ts'

export type Replaced = Claimed | { readonly kind: 'failed'; readonly failure: Failure }

/** Puts a verified part in the place of the file that has the name, while that is still the one that was decided on: never
 *  of another, which somebody put there. Where it has gone meanwhile, the name is claimed as a free one. */
export async function replaceFile(
  sftp: SftpRequests,
  naming: Naming,
  { remoteDir, source, sha256 }: PutRequest,
  part: PartFile,
  fileName: string,
  replaces: string,
  limit: RateLimit,
): Promise<Reply<Replaced>> {
  const path = posix.join(remoteDir, fileName)
  const failed = (reason: Failure): Reply<Replaced> => ({ ok: true, value: { kind: 'failed', failure: reason } })
  if (!sftp.traits.canReplace) return failed(failure('remote-conflict', 'this NAS cannot replace a file'))
  const old = await digestOf(sftp, remoteDir, fileName, limit)
  if (!old.ok) return failed(old.failure)
  if (old.value === null) return claim(sftp, naming, part, path, { sizeBytes: source.sizeBytes, sha256 }, limit)
  if (old.value.sha256 !== replaces) return failed(failure('design-altered', fileName))
  const { handle } = part
  part.handle = null
  if (handle !== null) void sftp.close(handle)
  const moved = await sftp.replace(part.path, path)
  if (!moved.ok) return moved
  const synced = await syncNamed(sftp, path)
  return synced.ok ? { ok: true, value: { kind: 'named', durable: synced.value } } : synced
}
