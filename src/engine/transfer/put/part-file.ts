import { posix } from 'node:path'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { PART_NAMINGS, type PartNaming } from '../../../shared/domain/nas-facts.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest, SweepRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import type { FolderFacts } from './folder-facts.ts'
import { everyPartPath, partPath } from './part-names.ts'
import { patiently } from './patience.ts'

/** A temporary file of ours. */
export interface PartFile {
  readonly path: string
  /** By which it is written; null once that is closed. */
  handle: Buffer | null
}

/** Opens the attempt's temporary file, new and empty, for writing. Makes the folder if it is missing, removes what earlier
 *  attempts of the item left, except what this one may continue, and finds out how temporary files may be called. */
export async function openPart(sftp: SftpRequests, facts: FolderFacts, request: PutRequest): Promise<Result<PartFile>> {
  const { remoteDir, itemId, attempt, source, resume } = request
  const pathAs = (naming: PartNaming, of = attempt): string => partPath(remoteDir, itemId, of, naming)
  for (let earlier = 1; earlier < attempt; earlier++) {
    if (earlier !== resume?.attempt) void sftp.unlink(pathAs(facts.partNaming, earlier))
  }
  const path = pathAs(facts.partNaming)
  const first = await sftp.open(path, 'new')
  if (first.ok) return ok({ path, handle: first.value })
  if (first.fault.kind === 'lost') return fail(first.fault.failure)

  // Status codes differ too much to say why: what is there is looked at instead.
  const ready = await facts.ensure(sftp)
  if (!ready.ok) return ready
  const left = await sftp.lstat(path)
  // By a process that was killed. Its bytes are never continued here.
  const isRemoved = left.ok ? (await sftp.unlink(path)).ok : true
  if (!isRemoved) return fail(failure('rename-refused', { says: 'at', path, what: { says: 'part-stays' } }))
  const again = await sftp.open(path, 'new')
  if (again.ok) return ok({ path, handle: again.value })
  const refused = await refusalFailure(again.fault, remoteDir, sftp, source.sizeBytes)
  if (refused.code !== 'permission-denied' && refused.code !== 'nas-failure') return fail(refused)
  const later = refused.code === 'nas-failure' ? await patiently(() => sftp.open(path, 'new')) : again
  if (later.ok) return ok({ path, handle: later.value })

  for (const naming of PART_NAMINGS) {
    if (naming === facts.partNaming) continue
    const opened = await sftp.open(pathAs(naming), 'new')
    if (!opened.ok) continue
    await facts.callParts(naming)
    return ok({ path: pathAs(naming), handle: opened.value })
  }
  if (refused.code !== 'permission-denied') return fail(refused)
  return fail(failure(refused.code, { says: 'at', path: remoteDir, what: { says: 'parts-refused' } }))
}

/** Removes the temporary file, as far as the NAS can be reached. */
export async function discardPart(sftp: SftpRequests, part: PartFile): Promise<void> {
  const { handle } = part
  part.handle = null
  await Promise.all([handle === null ? null : sftp.close(handle), sftp.unlink(part.path)])
}

/** Removes the temporary file of each of the item's attempts, and what trying to replace left. */
export async function sweepParts(
  sftp: SftpRequests,
  { remoteDir, itemId, attempts }: SweepRequest,
): Promise<Result<null>> {
  const parts = Array.from({ length: attempts + 1 }, (_, attempt) => everyPartPath(remoteDir, itemId, attempt))
  return removeFiles(sftp, parts.flat())
}

/** Removes each of the files that is there and may be removed: where nothing may, it stays, and asking again would change
 *  nothing. */
export async function removeFiles(sftp: SftpRequests, paths: readonly string[]): Promise<Result<null>> {
  const sweep = async (path: string): Promise<Failure | null> => {
    const removed = await sftp.unlink(path)
    if (removed.ok || isRefused(removed, 'missing', 'denied')) return null
    // A server without a word for what is not there.
    const isGone = removed.fault.kind === 'refused' && !(await sftp.lstat(path)).ok
    return isGone ? null : refusalFailure(removed.fault, posix.dirname(path), sftp)
  }
  const failed = (await Promise.all(paths.map(sweep))).find((reason) => reason !== null)
  return failed === undefined || failed === null ? ok(null) : fail(failed)
}
