import { type Failure, failure, isOutOfFiles } from '../../shared/domain/failure.ts'

/**
 * The one place where errors of SFTP and the local file system become failures of ours; those of a connection that is
 * not open yet: `connection/opening-failures.ts`.
 */

/** SFTP version 3 status codes that are told apart here. */
export const STATUS = { noSuchFile: 2, permissionDenied: 3, failure: 4 } as const

/** Why a request to the NAS has no result: the server refused it, or the connection went away under it. */
export type Fault =
  | { readonly kind: 'refused'; readonly status: number; readonly words: string }
  | { readonly kind: 'lost'; readonly failure: Failure }

/** What a request to the NAS answers. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

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

/** A refusal in `folder`, in our words. `space` is asked only when the server's status (4) says nothing by itself. */
export async function refusalFailure(
  fault: Fault,
  folder: string,
  neededBytes: number,
  space: () => Promise<SpaceInfo | null>,
): Promise<Failure> {
  if (fault.kind === 'lost') return fault.failure
  if (fault.status === STATUS.permissionDenied) return failure('permission-denied', folder)
  if (fault.status === STATUS.failure) {
    const info = await space()
    if (info?.readOnly === true) return failure('nas-read-only', folder)
    if (info !== null && info.freeBytes < neededBytes) return failure('nas-full', folder)
  }
  return failure('nas-failure', `${fault.words} (status ${fault.status}, ${folder})`)
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

/** A key file that cannot be read: an error of the system's, or why. */
export function identityFailure(error: unknown): Failure {
  return isOutOfFiles(error) ? failure('too-many-files') : failure('key-unusable', partsOf(error).words)
}

interface ErrorParts {
  readonly code: string | number | undefined
  readonly level: unknown
  readonly words: string
}

/** What an error of another's says of itself. */
export function partsOf(error: unknown): ErrorParts {
  if (!(error instanceof Error)) return { code: undefined, level: undefined, words: String(error) }
  const code = 'code' in error ? error.code : undefined
  return {
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    level: 'level' in error ? error.level : undefined,
    // An AggregateError of several addresses has no words of its own.
    words: error.message || (typeof code === 'string' ? code : error.name),
  }
}
