import type { PartNaming } from '../../../shared/domain/nas-facts.ts'
import { ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest, ResumePoint } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { FolderFacts } from './folder-facts.ts'
import { openPart, type PartFile } from './part-file.ts'
import { partPath } from './part-names.ts'

/** One answer each, so that a large copy is no silence and can be cancelled. */
const COPY_BYTES = 32 * 1024 * 1024

/** An open temporary file; its first `from` bytes need not be sent again. */
export interface BegunPart {
  readonly part: PartFile
  readonly from: number
}

/** Opens the attempt's temporary file, with what an earlier attempt has on the NAS if that can be taken over. */
export async function beginPart(
  sftp: SftpRequests,
  facts: FolderFacts,
  request: PutRequest,
  signal: AbortSignal,
): Promise<Result<BegunPart>> {
  const { resume } = request
  const { partNaming } = facts
  const reopened = resume?.isClosed === true ? await reopenPart(sftp, request, resume, partNaming) : null
  if (reopened !== null) return ok(reopened)
  const part = await openPart(sftp, facts, request)
  if (!part.ok) return part
  return ok({ part: part.value, from: await takeOverPart(sftp, request, part.value, partNaming, signal) })
}

/** Goes on in the very file of an attempt that closed it. Under this attempt's name: whoever lost track of the attempts
 *  in between finds nothing under the old one. */
async function reopenPart(
  sftp: SftpRequests,
  { remoteDir, itemId, attempt }: PutRequest,
  { attempt: before, offset }: ResumePoint,
  naming: PartNaming,
): Promise<BegunPart | null> {
  const path = partPath(remoteDir, itemId, attempt, naming)
  const renamed = await sftp.rename(partPath(remoteDir, itemId, before, naming), path)
  // Where a file that is there may not be written, it begins anew.
  const opened = renamed.ok ? await sftp.open(path, 'resume') : renamed
  if (!opened.ok) return null
  const size = await sftp.size(opened.value)
  if (size.ok && size.value >= offset) return { part: { path, handle: opened.value }, from: offset }
  await sftp.close(opened.value)
  return null
}

/** Fills the new temporary file, on the NAS alone, with what the cut attempt had there for certain, and removes that
 *  attempt's file. Answers how many bytes that were; 0 when the upload begins anew: a server without `copy-data`, or
 *  fewer bytes than were acknowledged. A session of the cut attempt that was only frozen may wake and write, but into
 *  its own file, never into this one. */
async function takeOverPart(
  sftp: SftpRequests,
  { remoteDir, itemId, resume, source }: PutRequest,
  { handle: to }: PartFile,
  naming: PartNaming,
  signal: AbortSignal,
): Promise<number> {
  if (resume === undefined || to === null) return 0
  const path = partPath(remoteDir, itemId, resume.attempt, naming)
  const taken =
    sftp.traits.hasCopyData && resume.offset <= source.sizeBytes
      ? await copyPart(sftp, path, to, resume.offset, signal)
      : false
  // Stopped while it was copied: it stays for the next attempt.
  if (!taken && signal.aborted) return 0
  void sftp.unlink(path)
  return taken ? resume.offset : 0
}

async function copyPart(
  sftp: SftpRequests,
  path: string,
  to: Buffer,
  bytes: number,
  signal: AbortSignal,
): Promise<boolean> {
  const opened = await sftp.open(path, 'read')
  if (!opened.ok) return false
  const from = opened.value
  const size = await sftp.size(from)
  let copied = 0
  if (size.ok && size.value >= bytes) {
    while (copied < bytes && !signal.aborted) {
      const length = Math.min(COPY_BYTES, bytes - copied)
      const reply = await sftp.copyData(from, to, length, copied)
      if (!reply.ok) break
      copied += length
    }
  }
  await sftp.close(from)
  return copied === bytes
}
