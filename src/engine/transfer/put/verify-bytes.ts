import { ok } from '../../../shared/domain/result.ts'
import type { VerifyPolicy } from '../../../shared/domain/shop.ts'
import type { PutRequest } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import { isRefused, type Reply } from '../failures.ts'
import { remoteDigest } from '../get/remote-digest.ts'
import type { PartFile } from './part-file.ts'
import { patiently } from './patience.ts'

/** A NAS that hashes slower than this would be read back as fast. */
const HASHED_BYTES_PER_MS = 10_000
const SHELL_STARTS_WITHIN_MS = 30_000

/** Compares what the NAS has of a written part with the digest of what was to be sent, and answers by what; null when it
 *  differs. A NAS that gives no digest of its own, or another one (its shell may see other folders than its SFTP server), is
 *  not believed: then the bytes are read back, by the handle given for that or one of its own. Where this user may write
 *  and not read, the size has to do, which was compared. */
export async function verifyBytes(
  { sftp, shell }: Channel,
  { path }: PartFile,
  reader: Buffer | null,
  { verify, sha256, source }: Pick<PutRequest, 'verify' | 'sha256' | 'source'>,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<Reply<VerifyPolicy | null>> {
  if (verify === 'remote-hash') {
    const withinMs = SHELL_STARTS_WITHIN_MS + source.sizeBytes / HASHED_BYTES_PER_MS
    const said = await shell.run(`sha256sum < ${quote(path)}`, withinMs, signal)
    if (said?.startsWith(`${sha256} `) === true) return ok('remote-hash')
  }
  const opened: Reply<Buffer> = reader === null ? await patiently(() => sftp.open(path, 'read'), signal) : ok(reader)
  if (isRefused(opened, 'denied')) return ok('size')
  if (!opened.ok) return opened
  const digest = await remoteDigest(sftp, opened.value, source.sizeBytes, signal, onRead)
  if (reader === null) void sftp.close(opened.value)
  if (!digest.ok) return digest
  return ok(digest.value === sha256 ? 'read-back' : null)
}

/** As one word of a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
