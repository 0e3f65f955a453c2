import type { Stats } from 'ssh2'
import { ok } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, type Reply, wasDone } from '../failures.ts'
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
): Promise<Reply<Holder>> {
  const found = await sftp.lstat(path)
  if (isRefused(found, 'missing')) return ok('nobody')
  if (!found.ok) return found
  if (!isPlainFile(found.value) || found.value.size !== sizeBytes) return ok('foreign')
  const handle = await sftp.open(path, 'read')
  if (isRefused(handle, 'denied')) return ok('unreadable')
  if (!handle.ok) return handle
  const digest = await remoteDigest(sftp, handle.value, sizeBytes)
  void sftp.close(handle.value)
  if (!digest.ok) return digest
  return ok(digest.value === sha256 ? 'ours' : 'foreign')
}

/** Whose file has the name that was refused to our temporary file? Servers refuse renames that they did, in part: the name
 *  is there, and the temporary file cannot be removed. A colleague's file of the same bytes is told from that by its time,
 *  and where both were written within a second, by what becomes of that when it is changed for ours. */
export async function whoHasRefused(
  sftp: SftpRequests,
  part: string,
  path: string,
  bytes: OurBytes,
): Promise<Reply<Holder>> {
  const holder = await whoHas(sftp, path, bytes)
  if (!holder.ok || (holder.value !== 'ours' && holder.value !== 'unreadable')) return holder
  const [named, left] = await Promise.all([sftp.lstat(path), sftp.lstat(part)])
  if (!named.ok) return named
  if (isRefused(left, 'missing')) return ok('ours')
  if (!left.ok) return left
  if (!isSameFile(named.value, left.value)) return ok('foreign')
  const changed = await sftp.setTime(part, left.value.mtime - 1)
  // Of a server that changes no times that is all there is to know.
  if (!changed.ok) return changed.fault.kind === 'lost' ? changed : ok('ours')
  const again = await sftp.lstat(path)
  if (!again.ok) return again
  return ok(again.value.mtime === named.value.mtime ? 'foreign' : 'ours')
}

function isSameFile(one: Stats, other: Stats): boolean {
  return one.size === other.size && one.mtime === other.mtime
}

/** Has the file's name and bytes written to the NAS's disk, by a handle that only reads: a file that is there may not be
 *  opened for writing everywhere. Answers whether that is certain. */
export async function syncNamed(sftp: SftpRequests, path: string): Promise<Reply<boolean>> {
  if (!sftp.traits.hasFsync) return ok(false)
  const handle = await sftp.open(path, 'read')
  const synced = handle.ok ? await sftp.fsync(handle.value) : handle
  if (handle.ok) void sftp.close(handle.value)
  return wasDone(synced)
}
