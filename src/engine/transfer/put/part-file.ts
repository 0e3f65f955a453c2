import { posix } from 'node:path'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest, SweepRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Fault, refusalFailure, STATUS } from '../failures.ts'
import type { Folders } from './folders.ts'

/** The temporary name of an attempt: in the final folder, so that the rename moves no bytes, and clearly ours. */
export function partPath(remoteDir: string, itemId: string, attempt: number): string {
  return posix.join(remoteDir, `.galley-${itemId}-${attempt}.part`)
}

/** Opens the attempt's temporary file, new and empty, for writing and reading back. Makes the folder if it is missing,
 *  and removes what earlier attempts of the item left, except what this one may continue. */
export async function openPart(sftp: SftpRequests, folders: Folders, request: PutRequest): Promise<Result<Buffer>> {
  const { remoteDir, itemId, attempt, source, resume } = request
  for (let earlier = 1; earlier < attempt; earlier++) {
    if (earlier !== resume?.attempt) void sftp.unlink(partPath(remoteDir, itemId, earlier))
  }
  const path = partPath(remoteDir, itemId, attempt)
  let reply = await sftp.open(path, 'new')
  if (isRefused(reply, STATUS.noSuchFile)) {
    const made = await folders.ensure(sftp, remoteDir)
    if (!made.ok) return made
    reply = await sftp.open(path, 'new')
  } else if (isRefused(reply, STATUS.failure)) {
    // Left under this very name by a process that was killed. Its bytes are never continued here.
    const removed = await sftp.unlink(path)
    if (removed.ok) reply = await sftp.open(path, 'new')
  }
  if (reply.ok) return ok(reply.value)
  return fail(await refusalFailure(reply.fault, remoteDir, source.sizeBytes, () => sftp.space(remoteDir)))
}

/** Removes the temporary file, as far as the NAS can be reached. A closed handle is null. */
export async function discardPart(sftp: SftpRequests, path: string, handle: Buffer | null): Promise<void> {
  await Promise.all([handle === null ? null : sftp.close(handle), sftp.unlink(path)])
}

/** Removes the temporary file of each of the item's attempts, if it is there. */
export async function sweepParts(
  sftp: SftpRequests,
  { remoteDir, itemId, attempts }: SweepRequest,
): Promise<Result<null>> {
  const parts = Array.from({ length: attempts }, (_, index) => partPath(remoteDir, itemId, index + 1))
  const replies = await Promise.all(parts.map((part) => sftp.unlink(part)))
  for (const reply of replies) {
    if (reply.ok || isRefused(reply, STATUS.noSuchFile)) continue
    return fail(await refusalFailure(reply.fault, remoteDir, 0, () => sftp.space(remoteDir)))
  }
  return ok(null)
}

export function isRefused(
  reply: { readonly ok: true } | { readonly ok: false; readonly fault: Fault },
  status: number,
): boolean {
  return !reply.ok && reply.fault.kind === 'refused' && reply.fault.status === status
}
