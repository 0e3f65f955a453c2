import { posix } from 'node:path'
import { failure } from '../../../shared/domain/failure.ts'
import { PART_NAMINGS } from '../../../shared/domain/nas-facts.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { TakeBackRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Reply, refusalFailure, STATUS } from '../failures.ts'
import { keptPath, sparePath } from './part-names.ts'
import { bytesOf, renameBack } from './set-aside.ts'
import { syncNamed } from './who-has.ts'

/** Gives the kept file its name back, in one step where the NAS can: only from the bytes that replaced it, else
 *  `design-altered`; `design-gone` when it is kept no longer. Twice is no more than once, and after a crash the same call
 *  goes on. */
export async function takeBack(sftp: SftpRequests, request: TakeBackRequest): Promise<Result<null>> {
  const { remoteDir, fileName, itemId } = request
  const kept = request.keptPath ?? (await findKept(sftp, remoteDir, itemId))
  const path = posix.join(remoteDir, fileName)
  const named = await bytesOf(sftp, path)
  if (!named.ok) return named
  const old = await bytesOf(sftp, kept)
  if (!old.ok) return old
  const isThere = named.value?.sha256 === request.oldSha256
  if (named.value !== null && !isThere && named.value.sha256 !== request.newSha256) {
    return fail(failure('design-altered', path))
  }
  if (!isThere && old.value?.sha256 !== request.oldSha256) return fail(failure('design-gone', kept))
  const spare = sparePath(kept)
  const done = isThere ? await sftp.lstat(path) : await exchange(sftp, { path, kept, spare }, named.value !== null)
  if (!done.ok) return fail(await refusalFailure(done.fault, remoteDir, sftp, 1))
  await Promise.all([sftp.unlink(spare), isThere && old.value !== null ? sftp.unlink(kept) : null])
  const synced = await syncNamed(sftp, path)
  return synced.ok ? ok(null) : fail(await refusalFailure(synced.fault, remoteDir, sftp, 1))
}

async function exchange(
  sftp: SftpRequests,
  { path, kept, spare }: Readonly<Record<'path' | 'kept' | 'spare', string>>,
  isNamed: boolean,
): Promise<Reply<unknown>> {
  if (isNamed && sftp.traits.canReplace) {
    const replaced = await sftp.replace(kept, path)
    // There are servers that say that they can, and replace nothing.
    if (replaced.ok || replaced.fault.kind === 'lost') return replaced
  }
  if (isNamed) {
    // Left by a try to replace that was cut.
    await sftp.unlink(spare)
    const moved = await sftp.rename(path, spare)
    if (!moved.ok) return moved
  }
  const renamed = await renameBack(sftp, kept, path)
  if (renamed.ok || renamed.fault.kind === 'lost' || !isNamed) return renamed
  const back = await sftp.rename(spare, path)
  return back.ok
    ? renamed
    : { ok: false, fault: { kind: 'refused', status: STATUS.failure, words: { says: 'half-undone' } } }
}

/** Where the file that the item replaced is kept, however such files were called when it was. */
async function findKept(sftp: SftpRequests, remoteDir: string, itemId: string): Promise<string> {
  for (const naming of PART_NAMINGS) {
    const path = keptPath(remoteDir, itemId, naming)
    if ((await sftp.lstat(path)).ok) return path
  }
  return keptPath(remoteDir, itemId, 'hidden')
}
