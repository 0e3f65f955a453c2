import type { Stats } from 'ssh2'
import type { RateLimit } from '../connection/rate-limit.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, type Reply } from '../failures.ts'
import { remoteDigest } from '../get/remote-digest.ts'
import { isPlainFile } from './folders.ts'

/** Whose file has a name. `unreadable`: it has our size, and its bytes may not be looked at. */
export type Holder = 'nobody' | 'ours' | 'unreadable' | 'foreign'

export interface OurBytes {
  readonly sizeBytes: number
  readonly sha256: string
}

/** Looks at the bytes under a name: ours by size and SHA-256. */
export async function whoHas(
  sftp: SftpRequests,
  path: string,
  { sizeBytes, sha256 }: OurBytes,
  limit: RateLimit,
): Promise<Reply<Holder>> {
  const found = await sftp.lstat(path)
  if (isRefused(found, 'missing')) return { ok: true, value: 'nobody' }
  if (!found.ok) return found
  if (!isPlainFile(found.value) || found.value.size !== sizeBytes) return { ok: true, value: 'foreign' }
  const handle = await sftp.open(path, 'read')
  if (isRefused(handle, 'denied')) return { ok: true, value: 'unreadable' }
  if (!handle.ok) return handle
  const digest = await remoteDigest(sftp, handle.value, sizeBytes, limit)
  void sftp.close(handle.value)
  if (!digest.ok) return digest
  return { ok: true, value: digest.value === sha256 ? 'ours' : 'foreign' }
}

/** Whose file has the name that was refused to our temporary file? Servers refuse renames that they did, in part: the name
 *  is there, and the temporary file cannot be removed. A colleague's file of the same bytes is told from that by its time,
 *  and where both were written within a second, by what becomes of that when it is changed for ours. */
export async function whoHasRefused(
  sftp: SftpRequests,
  part: string,
  path: string,
  bytes: OurBytes,
  limit: RateLimit,
): Promise<Reply<Holder>> {
  const holder = await whoHas(sftp, path, bytes, limit)
  if (!holder.ok || (holder.value !== 'ours' && holder.value !== 'unreadable')) return holder
  const [named, left] = await Promise.all([sftp.lstat(path), sftp.lstat(part)])
  if (!named.ok) return named
  if (isRefused(left, 'missing')) return { ok: true, value: 'ours' }
  if (!left.ok) return left
  if (!isSameFile(named.value, left.value)) return { ok: true, value: 'foreign' }
  const changed = await sftp.setTime(part, left.value.mtime - 1)
  // Of a server that changes no times that is all there is to know.
  if (!changed.ok) return changed.fault.kind === 'lost' ? changed : { ok: true, value: 'ours' }
  const again = await sftp.lstat(path)
  if (!again.ok) return again
  return { ok: true, value: again.value.mtime === named.value.mtime ? 'foreign' : 'ours' }
}

function isSameFile(one: Stats, other: Stats): boolean {
  return one.size === other.size && one.mtime === other.mtime
}

/** Has the file's name and bytes written to the NAS's disk, by a handle that only reads: a file that is there may not be
 *  opened for writing everywhere. Answers whether that is certain. */
export async function syncNamed(sftp: SftpRequests, path: string): Promise<Reply<boolean>> {
  if (!sftp.traits.hasFsync) return { ok: true, value: false }
  const handle = await sftp.open(path, 'read')
  const synced = handle.ok ? await sftp.fsync(handle.value) : handle
  if (handle.ok) void sftp.close(handle.value)
  return !synced.ok && synced.fault.kind === 'lost' ? synced : { ok: true, value: synced.ok }
}
