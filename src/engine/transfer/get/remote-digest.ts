import { createHash } from 'node:crypto'
import { ok } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Reply } from '../failures.ts'
import { readInOrder } from './read-bytes.ts'

/** SHA-256, as hex, of the first `sizeBytes` of an open remote file, or of all there is if that is less, or was read
 *  before the abort. `onRead` hears how much was read so far. */
export async function remoteDigest(
  sftp: SftpRequests,
  handle: Buffer,
  sizeBytes: number,
  signal?: AbortSignal,
  onRead?: (bytes: number) => void,
): Promise<Reply<string>> {
  const hash = createHash('sha256')
  let read = 0
  for await (const bytes of readInOrder(sftp, handle, { from: 0, end: sizeBytes, signal })) {
    if (!bytes.ok) return bytes
    hash.update(bytes.value)
    read += bytes.value.length
    onRead?.(read)
  }
  return ok(hash.digest('hex'))
}
