import { posix } from 'node:path'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { ReinstateRequest, WithdrawRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import { bytesOf, renameBack } from './set-aside.ts'
import { syncNamed } from './who-has.ts'

/** Renames a stored file to the name under which it is kept for a while, and only while a colleague's file of the same design
 *  is there, whole: else `twin-gone`. `design-altered` when another file has the name, `design-gone` when none has. Twice is
 *  no more than once, and after a crash the same call goes on. */
export async function withdraw(sftp: SftpRequests, request: WithdrawRequest): Promise<Result<null>> {
  const { path, keptPath, sha256, twin } = request
  const found = await lookAtBoth(sftp, request)
  if (!found.ok) return found
  const { isNamed, isKept, isOther } = found.value
  if (isKept && !isNamed) return keptFor(sftp, request)
  if (isOther) return fail(failure('design-altered', path))
  if (!isNamed) return fail(failure('design-gone', path))
  const theirs = await bytesOf(sftp, twin.path)
  if (!theirs.ok) return theirs
  if (theirs.value?.sha256 !== twin.sha256) return fail(failure('twin-gone', twin.path))
  // A rename that was cut may have left both names.
  if (isKept) await sftp.unlink(keptPath)
  const renamed = await renameBack(sftp, path, keptPath)
  if (!renamed.ok) return fail(await refusalFailure(renamed.fault, posix.dirname(path), sftp, 1))
  return keptFor(sftp, { path, keptPath, sha256, twin })
}

/** It has the other name now. Should the two have been one file under two names, it gets its own back. */
async function keptFor(sftp: SftpRequests, { path, keptPath, twin }: Omit<WithdrawRequest, 'nasId'>) {
  const theirs = await sftp.lstat(twin.path)
  if (isRefused(theirs, 'missing')) {
    const back = await renameBack(sftp, keptPath, path)
    return fail(back.ok ? failure('twin-gone', twin.path) : await refusalFailure(back.fault, posix.dirname(path)))
  }
  return durably(sftp, keptPath)
}

/** Gives a withdrawn file its name back, while that is free: `remote-conflict` when it is not, `design-gone` when the file is
 *  kept no longer. Twice is no more than once, and after a crash the same call goes on. */
export async function reinstate(sftp: SftpRequests, request: ReinstateRequest): Promise<Result<null>> {
  const { path, keptPath } = request
  const found = await lookAtBoth(sftp, request)
  if (!found.ok) return found
  const { isNamed, isKept, isOther } = found.value
  if (isOther) return fail(failure('remote-conflict', path))
  if (!isNamed) {
    if (!isKept) return fail(failure('design-gone', keptPath))
    const renamed = await renameBack(sftp, keptPath, path)
    if (!renamed.ok) return fail(await refusalFailure(renamed.fault, posix.dirname(path), sftp, 1))
  } else if (isKept) await sftp.unlink(keptPath)
  return durably(sftp, path)
}

/** Whether the file has its name, and the one that it is kept under; and whether something else has the first. */
async function lookAtBoth(sftp: SftpRequests, { path, keptPath, sha256 }: ReinstateRequest) {
  const named = await bytesOf(sftp, path)
  if (!named.ok) return named
  const kept = await bytesOf(sftp, keptPath)
  if (!kept.ok) return kept
  const isNamed = named.value?.sha256 === sha256
  return ok({ isNamed, isOther: named.value !== null && !isNamed, isKept: kept.value?.sha256 === sha256 })
}

async function durably(sftp: SftpRequests, path: string): Promise<Result<null>> {
  const synced = await syncNamed(sftp, path)
  return synced.ok ? ok(null) : fail(await refusalFailure(synced.fault, posix.dirname(path), sftp, 1))
}
