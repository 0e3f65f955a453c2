import { createHash } from 'node:crypto'
import type { Reply } from './failures.ts'
import { readInOrder } from './read-bytes.ts'
import type { SftpRequests } from './sftp-requests.ts'

/** SHA-256, as hex, of the first `sizeBytes` of an open remote file, or of all there is if that is less, or was read
 *  before the abort. */
export async function remoteDigest(
  sftp: SftpRequests,
  handle: Buffer,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<Reply<string>> {
  const hash = createHash('sha256')
  for await (const bytes of readInOrder(sftp, handle, 0, sizeBytes)) {
    if (!bytes.ok) return bytes
    hash.update(bytes.value)
    if (signal?.aborted) break
  }
  return { ok: true, value: hash.digest('hex') }
}
