import { posix } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { mayCollide } from '../../../shared/domain/nas-facts.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { FinalName, NameWish, PutRequest, PutResult } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Fault, isRefused, refusalFailure, statusOf } from '../failures.ts'
import { type ClaimContext, claim } from './claim.ts'
import type { FolderFacts } from './folder-facts.ts'
import { discardPart, type PartFile } from './part-file.ts'
import { replaceFile } from './replace-file.ts'
import { placeOf } from './set-aside.ts'

/** So many names may be lost to others between the look and the try. More is no race: the server makes names itself. */
const MAX_LOST_RACES = 3

/** How long a free name that is refused is tried for: a virus scanner holds a file that was just written. */
const REFUSED_PAUSES_MS = [300, 1_000, 2_000]

export interface NamingContext extends ClaimContext {
  readonly facts: FolderFacts
  readonly signal: AbortSignal
  /** The final name for the verified bytes; asked again with the name that turned out to be taken. */
  takeName(wish: Omit<NameWish, 'itemId' | 'attempt'>): Promise<Result<FinalName>>
}

/** Asks for the final name and gives it to the verified part. A name that somebody else's file has is asked for anew, with
 *  what a listing of the folder tells first, so that hundreds of files from before are passed over at once. Until a rename is
 *  sent, a failure leaves nothing behind, as far as the NAS can be reached. */
export async function giveName(
  sftp: SftpRequests,
  request: PutRequest,
  context: NamingContext,
  part: PartFile,
  firstForeign: string | null,
): Promise<Result<PutResult>> {
  const { remoteDir, sha256, source, numbering } = request
  const { facts, signal, takeName } = context
  const giveUp = async (reason: Failure): Promise<Result<never>> => {
    await discardPart(sftp, part)
    return fail(reason)
  }
  const known = await facts.naming(sftp)
  if (!known.ok) return giveUp(await renameFailure(sftp, remoteDir, known.fault))
  let naming = known.value
  let foreign = firstForeign
  let lostRaces = 0
  let refusals = 0
  if (numbering !== undefined) await facts.taken.learn(sftp, numbering)
  for (;;) {
    const { listings } = facts.taken
    const given = await takeName(foreign === null ? {} : { foreign })
    if (!given.ok) return giveUp(given.failure)
    if (signal.aborted) return giveUp(failure('cancelled'))
    const { fileName, replaces } = given.value
    const path = posix.join(remoteDir, fileName)
    const wanted = { ...context, naming, part, path, bytes: { sizeBytes: source.sizeBytes, sha256 } }
    const place = placeOf(request, fileName, facts.partNaming)
    const claimed = await (replaces === undefined
      ? claim(sftp, wanted)
      : replaceFile(sftp, wanted, { ...place, sha256: replaces }))
    if (!claimed.ok) {
      if (claimed.fault.kind === 'lost') return fail(claimed.fault.failure)
      return giveUp(await renameFailure(sftp, remoteDir, claimed.fault))
    }
    switch (claimed.value.kind) {
      case 'named':
      case 'replaced': {
        if (claimed.value.kind === 'named') await facts.named(sftp, naming)
        const { durable, keptPath } = { keptPath: null, ...claimed.value }
        const how = { verifiedBy: request.verify, durable, mayCollide: mayCollide(naming), keptPath }
        return ok(storedAs(request, fileName, how))
      }
      case 'failed':
        return giveUp(claimed.value.failure)
      case 'overwritten':
        // The next put finds theirs under the name, and takes another.
        return fail(failure('verification-failed', { says: 'at', path, what: { says: 'taken-at-once' } }))
      case 'refused': {
        if (naming === 'link' && sftp.traits.inOrder) {
          naming = 'rename'
          break
        }
        const reason = await renameFailure(sftp, remoteDir, claimed.value.fault)
        const pauseMs = REFUSED_PAUSES_MS[refusals++]
        if (reason.code !== 'rename-refused' || pauseMs === undefined) return giveUp(reason)
        await pause(pauseMs, undefined, { signal }).catch(() => undefined)
        break
      }
      case 'lost-race':
        lostRaces++
        if (lostRaces === MAX_LOST_RACES) {
          const raced = { says: 'names-raced', names: MAX_LOST_RACES } as const
          return giveUp(failure('rename-refused', { says: 'at', path: remoteDir, what: raced }))
        }
        foreign = fileName
        break
      case 'taken':
        foreign = fileName
    }
    if (foreign === fileName && numbering !== undefined) await facts.taken.met(sftp, numbering, listings)
  }
}

/** A name that is free and not given is a fault of the set-up, unless the disk is, or the part is gone. */
async function renameFailure(sftp: SftpRequests, remoteDir: string, fault: Fault): Promise<Failure> {
  const reason = await refusalFailure(fault, remoteDir, sftp, 1)
  const isUnexplained = reason.code === 'permission-denied' || reason.code === 'nas-failure'
  if (!isUnexplained || fault.kind === 'lost' || isRefused({ ok: false, fault }, 'missing')) return reason
  return failure('rename-refused', { says: 'at', path: remoteDir, what: statusOf(fault) })
}

/** What became of a put whose file has this name. */
export function storedAs(
  { remoteDir, source }: PutRequest,
  fileName: string,
  rest: Pick<PutResult, 'verifiedBy' | 'durable' | 'mayCollide' | 'keptPath'>,
): PutResult {
  return { fileName, remotePath: posix.join(remoteDir, fileName), sizeBytes: source.sizeBytes, ...rest }
}
