import { type Detail, isSaid, type Said } from '../../shared/domain/detail.ts'
import { type Failure, type FailureCode, failure } from '../../shared/domain/failure.ts'
import { type Ok, ok } from '../../shared/domain/result.ts'
import { isOutOfFiles } from '../out-of-files.ts'

/**
 * The one place where errors of SFTP and the local file system become failures of ours; those of a connection that is
 * not open yet: `connection/opening-failures.ts`.
 */

/** What a refusal says by itself. `unsaid`: it may be anything, from a full disk to a name that is taken. */
export type Refusal = 'missing' | 'denied' | 'unsaid' | 'taken' | 'read-only' | 'full' | 'quota' | 'other'

/** SFTP's status codes. Version 3 ends at 8, and servers of it answer with later ones all the same. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  2: 'missing',
  3: 'denied',
  4: 'unsaid',
  /** No such path: a folder above it. */
  10: 'missing',
  11: 'taken',
  12: 'read-only',
  14: 'full',
  15: 'quota',
  /** A name that it does not take. */
  20: 'denied',
  22: 'denied',
}

/** Those that say enough by themselves. */
const SAID: Partial<Readonly<Record<Refusal, FailureCode>>> = {
  denied: 'permission-denied',
  'read-only': 'nas-read-only',
  full: 'nas-full',
  quota: 'nas-quota',
}

/** Those that stand for errors which are no answer of a server. */
export const STATUS = { noSuchFile: 2, permissionDenied: 3, failure: 4 } as const

/** Why a request to the NAS has no result: the server refused it, or the connection went away under it. */
export type Fault =
  | { readonly kind: 'refused'; readonly status: number; readonly words: Detail }
  | { readonly kind: 'lost'; readonly failure: Failure }

/** What a request to the NAS answers. */
export type Reply<T> = Ok<T> | { readonly ok: false; readonly fault: Fault }

/** Free space and flags as `statvfs@openssh.com` tells them. */
export interface SpaceInfo {
  readonly freeBytes: number
  readonly readOnly: boolean
}

/** The end of a connection that was open. */
export function lostFailure(error: unknown): Failure {
  const { level, words } = partsOf(error)
  return failure(level === 'client-timeout' ? 'nas-timeout' : 'connection-lost', words)
}

/** What a callback of ssh2's SFTP says: the numeric status of the server, or an end of the channel. */
export function faultOf(error: unknown): Fault {
  const { code, words } = partsOf(error)
  if (typeof code === 'number') return { kind: 'refused', status: code, words }
  return { kind: 'lost', failure: lostFailure(error) }
}

/** What a refusal means; null when the connection went away instead. */
export function refusalOf(fault: Fault): Refusal | null {
  return fault.kind === 'lost' ? null : (REFUSALS[fault.status] ?? 'other')
}

/** Was it done? A fault only where the connection went away, and that is not known. */
export function wasDone(reply: Reply<unknown>): Reply<boolean> {
  return !reply.ok && reply.fault.kind === 'lost' ? reply : ok(reply.ok)
}

/** Was it refused for one of these reasons? */
export function isRefused(reply: Reply<unknown>, ...as: Refusal[]): boolean {
  const refusal = reply.ok ? null : refusalOf(reply.fault)
  return refusal !== null && as.includes(refusal)
}

/** Who can say how much room there is on the NAS; null when that is not known. */
export interface Room {
  space(path: string): Promise<SpaceInfo | null>
}

const UNKNOWN_ROOM: Room = { space: () => Promise.resolve(null) }

/** A refusal in `folder`, in our words. The room there is asked for only when the server's status says nothing by itself. */
export async function refusalFailure(
  fault: Fault,
  folder: string,
  room: Room = UNKNOWN_ROOM,
  neededBytes = 0,
): Promise<Failure> {
  if (fault.kind === 'lost') return fault.failure
  const refusal = REFUSALS[fault.status] ?? 'other'
  const code = SAID[refusal]
  if (code !== undefined) return failure(code, folder)
  const info = refusal === 'unsaid' ? await room.space(folder) : null
  if (info?.readOnly === true) return failure('nas-read-only', folder)
  if (info !== null && info.freeBytes < neededBytes) return failure('nas-full', folder)
  return failure('nas-failure', { says: 'at', path: folder, what: statusOf(fault) })
}

/** A server's number for a refusal, with its words. */
export function statusOf({ status, words }: Extract<Fault, { readonly kind: 'refused' }>): Said<'status'> {
  return { says: 'status', status, words }
}

/** A refusal of bytes for a file that the server had opened. Where there is room and no reason is given, it is a quota:
 *  `statvfs` tells of the disk, not of what this user may have of it. Unless `takesMore` now: then the disk was full, until
 *  another upload that it refused gave back its room. */
export async function writeFailure(
  fault: Fault,
  folder: string,
  room: Room,
  neededBytes: number,
  takesMore: () => Promise<boolean>,
): Promise<Failure> {
  const reason = await refusalFailure(fault, folder, room, neededBytes)
  if (reason.code !== 'nas-failure' || refusalOf(fault) !== 'unsaid') return reason
  return (await takesMore()) ? failure('nas-full', folder) : failure('nas-quota', reason.detail)
}

/** An error of the local file system about the dropped file. */
export function sourceFailure(error: unknown, path: string): Failure {
  const { code, words } = partsOf(error)
  if (isOutOfFiles(error)) return failure('too-many-files')
  if (code === 'ENOENT' || code === 'ENOTDIR') return failure('source-gone', path)
  return failure('source-unreadable', words)
}

/** An error of the local file system about the folder that files are restored to. */
export function targetFailure(error: unknown, folder: string): Failure {
  const { code, words } = partsOf(error)
  if (code === undefined) throw error
  if (code === 'ENOSPC' || code === 'EDQUOT') return failure('disk-full', folder)
  return isOutOfFiles(error) ? failure('too-many-files') : failure('folder-unwritable', words)
}

/** A key file that cannot be read, by an error of the system's. */
export function identityFailure(error: unknown): Failure {
  return isOutOfFiles(error) ? failure('too-many-files') : failure('key-unusable', partsOf(error).words)
}

interface ErrorParts {
  readonly code: string | number | undefined
  readonly level: unknown
  readonly words: Detail
}

/** What an error of another's says of itself. */
export function partsOf(error: unknown): ErrorParts {
  if (!(error instanceof Error))
    return { code: undefined, level: undefined, words: isSaid(error) ? error : String(error) }
  const code = 'code' in error ? error.code : undefined
  return {
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    level: 'level' in error ? error.level : undefined,
    // An AggregateError of several addresses has no words of its own.
    words: error.message || (typeof code === 'string' ? code : error.name),
  }
}
