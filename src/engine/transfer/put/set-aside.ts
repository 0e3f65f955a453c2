import { posix } from 'node:path'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import type { PartNaming } from '../../../shared/domain/nas-facts.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, type Reply, refusalFailure } from '../failures.ts'
import { digestOf } from '../get/look-around.ts'
import { keptPath, sparePath } from './part-names.ts'
import { moveOver } from './probe-naming.ts'

const PROBE = Buffer.from('?')

/** A file that gives its name to another. */
export interface Replaced {
  readonly remoteDir: string
  readonly fileName: string
  /** Of the bytes that are replaced: no others ever are. */
  readonly sha256: string
  /** The name that it is kept under. */
  readonly keptPath: string
}

/** The place that an item is to take. */
export function placeOf(
  { remoteDir, itemId }: Pick<PutRequest, 'remoteDir' | 'itemId'>,
  fileName: string,
  naming: PartNaming,
): Omit<Replaced, 'sha256'> {
  return { remoteDir, fileName, keptPath: keptPath(remoteDir, itemId, naming) }
}

/** What became of the old file before the new one gets its name. */
export type Aside =
  /** Nothing has the name: it is taken as any other. */
  | { readonly kind: 'free' }
  /** It still has the name: the new file is renamed over it, in one step. */
  | { readonly kind: 'over'; readonly isKept: boolean }
  /** It was moved: the name is free, and must not stay so. */
  | { readonly kind: 'moved' }

/** Can a file in the folder be renamed aside and removed? Tried with one of our own, a second name of the very file where
 *  that can be had; `cannot-replace` when not. What else is missing there the upload tells. */
export async function tryReplace(
  sftp: SftpRequests,
  { remoteDir, fileName, keptPath: moved }: Omit<Replaced, 'sha256'>,
): Promise<Result<null>> {
  const probe = sparePath(moved)
  // Left by an earlier try, which came further than this one would.
  if ((await sftp.lstat(moved)).ok) return ok(null)
  if (!(await makeProbe(sftp, posix.join(remoteDir, fileName), probe))) return ok(null)
  const renamed = await moveOver(sftp, probe, moved)
  const removed = await sftp.unlink(renamed.ok ? moved : probe)
  for (const reply of [renamed, removed]) {
    if (reply.ok) continue
    if (reply.fault.kind === 'lost') return fail(reply.fault.failure)
    return fail(failure('cannot-replace', { says: 'at', path: remoteDir, what: { says: 'cannot-be-replaced' } }))
  }
  return ok(null)
}

async function makeProbe(sftp: SftpRequests, path: string, probe: string): Promise<boolean> {
  if (sftp.traits.hasHardlink && (await linkSeen(sftp, path, probe)).ok) return true
  const handle = await sftp.open(probe, 'new')
  if (!handle.ok) return false
  const written = await sftp.write(handle.value, PROBE, 0)
  const closed = await sftp.close(handle.value)
  if (!written.ok || !closed.ok) await sftp.unlink(probe)
  return written.ok && closed.ok
}

/** Gives the old file its second name, or moves it there where it can have only one; never another file than the one that
 *  was looked at (`design-altered`). After a crash the same call goes on from what it finds. */
export async function setAside(sftp: SftpRequests, replaced: Replaced): Promise<Result<Aside>> {
  const { remoteDir, fileName, sha256, keptPath: kept } = replaced
  const path = posix.join(remoteDir, fileName)
  const named = await bytesOf(sftp, path)
  if (!named.ok) return named
  const keptBefore = await bytesOf(sftp, kept)
  if (!keptBefore.ok) return keptBefore
  const isKeptBefore = keptBefore.value?.sha256 === sha256
  if (named.value === null) return ok({ kind: isKeptBefore ? 'moved' : 'free' })
  if (named.value.sha256 !== sha256) return fail(failure('design-altered', fileName))

  const { canReplace, hasHardlink } = sftp.traits
  if (isKeptBefore && canReplace) return ok({ kind: 'over', isKept: true })
  if (keptBefore.value !== null) await sftp.unlink(kept)
  const linked = canReplace && hasHardlink ? await linkSeen(sftp, path, kept) : null
  if (linked?.ok === true) return ok({ kind: 'over', isKept: true })
  if (linked?.fault.kind === 'lost') return fail(linked.fault.failure)
  // Without room for a second name there is none for the new file's either: only over the old one.
  const whyNotLinked = linked === null ? null : await refusalFailure(linked.fault, remoteDir, sftp, 1)
  if (whyNotLinked !== null && isForRoom(whyNotLinked)) return ok({ kind: 'over', isKept: false })
  const moved = await moveOver(sftp, path, kept)
  if (moved.ok) return ok({ kind: 'moved' })
  const reason = await refusalFailure(moved.fault, remoteDir, sftp, 1)
  if (moved.fault.kind === 'lost' || isForRoom(reason)) return fail(reason)
  return fail(failure('cannot-replace', reason.detail))
}

/** Size and SHA-256 of what has the name; null when nothing has. What may not be read is `permission-denied`: it is somebody's. */
export async function bytesOf(sftp: SftpRequests, path: string) {
  const found = await sftp.lstat(path)
  if (isRefused(found, 'missing')) return ok(null)
  const digest = await digestOf(sftp, posix.dirname(path), posix.basename(path))
  if (!digest.ok || digest.value !== null) return digest
  // Gone in between, or not to be read.
  return isRefused(await sftp.lstat(path), 'missing') ? ok(null) : fail(failure('permission-denied', path))
}

/** A second name for the file, seen to be there: rclone answers that it made one, and makes none. */
async function linkSeen(sftp: SftpRequests, path: string, second: string): Promise<Reply<unknown>> {
  const linked = await sftp.link(path, second)
  return linked.ok ? sftp.lstat(second) : linked
}

function isForRoom({ code }: Failure): boolean {
  return code === 'nas-full' || code === 'nas-quota'
}

/** The new file did not get the name: the old one has it again, if it was moved and nobody took it. */
export async function putBack(
  sftp: SftpRequests,
  { remoteDir, fileName, keptPath: kept }: Omit<Replaced, 'sha256'>,
): Promise<Result<null>> {
  const path = posix.join(remoteDir, fileName)
  const taken = await sftp.lstat(path)
  if (taken.ok) return ok(null)
  if (!isRefused(taken, 'missing')) return fail(await refusalFailure(taken.fault, remoteDir, sftp, 1))
  const moved = await renameBack(sftp, kept, path)
  if (moved.ok || isRefused(await sftp.lstat(kept), 'missing')) return ok(null)
  return fail(await refusalFailure(moved.fault, remoteDir, sftp, 1))
}

/** To a name that was seen to be free. OpenSSH's plain rename needs room for a name, which a full NAS has not. */
export async function renameBack(sftp: SftpRequests, from: string, to: string): Promise<Reply<void>> {
  const renamed = await sftp.rename(from, to)
  if (renamed.ok || renamed.fault.kind === 'lost' || !sftp.traits.canReplace) return renamed
  return (await sftp.lstat(to)).ok ? renamed : sftp.replace(from, to)
}
