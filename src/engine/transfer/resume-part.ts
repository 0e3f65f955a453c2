import type { PutRequest } from '../../shared/worker/transfer.ts'
import { partPath } from './part-file.ts'
import type { SftpRequests } from './sftp-requests.ts'

/** One answer each, so that a large copy is no silence and can be cancelled. */
const COPY_BYTES = 32 * 1024 * 1024

/** Fills the new temporary file, on the NAS alone, with what the cut attempt had there for certain, and removes that
 *  attempt's file. Answers how many bytes that were; 0 when the upload begins anew: a server without `copy-data`, or
 *  fewer bytes than were acknowledged. A session of the cut attempt that was only frozen may wake and write, but into
 *  its own file, never into this one. */
export async function takeOverPart(
  sftp: SftpRequests,
  { remoteDir, itemId, resume, source }: PutRequest,
  to: Buffer,
  signal: AbortSignal,
): Promise<number> {
  if (resume === undefined) return 0
  const path = partPath(remoteDir, itemId, resume.attempt)
  const taken =
    sftp.traits.hasCopyData && resume.offset <= source.sizeBytes
      ? await copyPart(sftp, path, to, resume.offset, signal)
      : false
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
