/** How a verified file gets its final name in a folder of a NAS, so that nobody else's file goes for it. What is further up
 *  is preferred:
 *  - `ordered`: OpenSSH's rename, which never replaces where the disk has hard links, with the requests after it in the
 *    same flight.
 *  - `link`: a hard link to the final name, which cannot replace; then the temporary name goes.
 *  - `rename`: a rename that was seen to refuse a taken name. It is guarded by a folder made beside it, as such servers
 *    look before they rename, and two may look at one moment.
 *  - `create`: renames replace here. An exclusive create of the final name claims it, then our file is renamed over the
 *    empty one.
 *  - `look`: nothing of this works. It is looked before, and read back after: of two at once one can lose its file. */
export const NAMINGS = ['ordered', 'link', 'rename', 'create', 'look'] as const
export type Naming = (typeof NAMINGS)[number]

/** How temporary files are called in a folder: hidden, or, where such names are refused, `plain`, or as a picture. */
export const PART_NAMINGS = ['hidden', 'plain', 'picture'] as const
export type PartNaming = (typeof PART_NAMINGS)[number]

/** What a NAS was seen to do in one folder. */
export interface NasFacts {
  /** The server that it was learnt of. Where anything of it is another, it is learnt anew. */
  readonly server: {
    readonly banner: string
    /** That its SFTP announced, each with its version, sorted. */
    readonly extensions: readonly string[]
    readonly hostKey: string
    /** The folder given for the shop: another share may lie on another file system. */
    readonly root: string
  }
  /** Null until it was tried out. */
  readonly naming: Naming | null
  readonly partNaming: PartNaming
}

/** Can two workstations that take the same name at one moment lose a file? */
export function mayCollide(naming: Naming): boolean {
  return naming === 'look'
}
