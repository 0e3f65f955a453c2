/** Whether the user may write in a folder, as the NAS's attributes tell without a try. Groups and access lists are not
 *  told, so often neither can be known. */
export type Writable = 'yes' | 'no' | 'unknown'

/** One name in a folder of the NAS. */
export interface NasEntry {
  readonly name: string
  /** Of a link: what it leads to. `other` can be neither opened nor read: a device, a link that leads nowhere, a name that
   *  is no UTF-8. */
  readonly kind: 'folder' | 'file' | 'other'
  /** Null where the NAS does not say. */
  readonly sizeBytes: number | null
  readonly modifiedAt: number | null
  /** Null of what is no folder. */
  readonly writable: Writable | null
}

/** A folder of the NAS, looked at by a person who seeks the place for the shop's designs. */
export interface NasFolder {
  /** Absolute, as the NAS's SFTP spells it. */
  readonly path: string
  /** The path that was asked for when no folder is there: `path` is then the nearest one above it. */
  readonly missing: string | null
  /** Where the sign-in begins. */
  readonly home: string
  readonly writable: Writable
  /** For this user; null where the NAS does not say. */
  readonly freeBytes: number | null
  /** Folders first, both in natural order. */
  readonly entries: readonly NasEntry[]
  /** There are more names than were read. */
  readonly isCut: boolean
}

/** A folder of the NAS beside what the catalog knows. */
export interface BrowsedFolder extends NasFolder {
  /** Files that Galley did not store, by name, in the folder of one of the shop's templates; null of any other folder. */
  readonly foreign: readonly string[] | null
}
