import type { Writable } from '../../../shared/domain/nas-folder.ts'

export interface FolderAttributes {
  readonly mode?: number | undefined
  readonly uid?: number | undefined
  /** Its line as `ls -l` would show it, where the server sends one. */
  readonly longname: string
}

/** In the user's, the group's or the others' three bits of a mode: may make and remove names. */
const MAY_WRITE = 0o3
const LS_OWNER = /^[a-z-][a-zA-Z-]{9}[+@.]?\s+\S+\s+(\S+)/

/** What a folder's attributes say of `user`. The group's bits are also the mask of a POSIX access list, so without them
 *  none can allow more; a mode of all zeros is what a NAS shows for a folder under Windows' access lists. */
export function writableOf({ mode, uid, longname }: FolderAttributes, user: string): Writable {
  if (mode === undefined || (mode & 0o777) === 0) return 'unknown'
  const may = (shift: number): boolean => ((mode >> shift) & MAY_WRITE) === MAY_WRITE
  if (may(0)) return 'yes'
  const isOwner = ownerIs(user, uid, LS_OWNER.exec(longname)?.[1])
  if (isOwner === true) return may(6) ? 'yes' : 'no'
  // Where the owner is not told, it may be this user.
  if (may(3) || user === 'root' || (isOwner === null && may(6))) return 'unknown'
  return 'no'
}

/** Null where the NAS tells a number alone, as behind a virtual root; only root's own is the same everywhere. */
function ownerIs(user: string, uid: number | undefined, owner: string | undefined): boolean | null {
  if (uid === 0) return user === 'root'
  return owner === undefined || /^\d+$/.test(owner) ? null : owner === user
}
