import type { VerifyPolicy } from '../../../shared/domain/shop.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import type { RateLimit } from '../connection/rate-limit.ts'
import type { Reply } from '../failures.ts'
import { remoteDigest } from '../get/remote-digest.ts'
import { partPath } from './part-file.ts'

/** Compares what the NAS has of a written part with the digest of what was to be sent, and answers by what; null when it
 *  differs. A NAS that gives no digest of its own, or another one (its shell may see other folders than its SFTP server), is
 *  not believed: then the bytes are read back. */
export async function verifyBytes(
  { sftp, shell }: Channel,
  handle: Buffer,
  { verify, sha256, source, remoteDir, itemId, attempt }: PutRequest,
  limit: RateLimit,
  signal: AbortSignal,
): Promise<Reply<VerifyPolicy | null>> {
  if (verify === 'remote-hash') {
    const said = await shell.run(`sha256sum < ${quote(partPath(remoteDir, itemId, attempt))}`, signal)
    if (said?.startsWith(`${sha256} `) === true) return { ok: true, value: 'remote-hash' }
  }
  const digest = await remoteDigest(sftp, handle, source.sizeBytes, limit, signal)
  if (!digest.ok) return digest
  return { ok: true, value: digest.value === sha256 ? 'read-back' : null }
}

/** As one word of a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
