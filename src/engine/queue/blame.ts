/** Tells a file that a folder on the NAS refuses from a folder that refuses every file, by what else it takes meanwhile:
 *  neither the server's status nor its words say which of the two it is. */
export interface Blame {
  /** The folder took the item. */
  stored(folderId: string, itemId: string): void
  /** The folder did not take the item, and it may be for either's sake. */
  refused(folderId: string, itemId: string): void
  /** Another refusal is the item's own fault: the folder has taken another one since this one failed there first, and since
   *  then has refused none but those at fault themselves. */
  isOwnFault(folderId: string, itemId: string): boolean
}

interface FolderState {
  /** Counts what happens in the folder. */
  now: number
  takenAt: number
  /** The first refusal of each item that was not stored since. */
  readonly firstRefusedAt: Map<string, number>
  /** Items that were refused since the folder took one, through no fault of theirs as far as is known. */
  readonly inDoubt: Set<string>
}

export function createBlame(): Blame {
  const folders = new Map<string, FolderState>()

  const folderOf = (folderId: string): FolderState => {
    const known = folders.get(folderId)
    if (known !== undefined) return known
    const made = { now: 0, takenAt: 0, firstRefusedAt: new Map<string, number>(), inDoubt: new Set<string>() }
    folders.set(folderId, made)
    return made
  }

  const isOwnFault = (folderId: string, itemId: string): boolean => {
    const { takenAt, firstRefusedAt, inDoubt } = folderOf(folderId)
    const firstAt = firstRefusedAt.get(itemId)
    return firstAt !== undefined && takenAt > firstAt && [...inDoubt].every((other) => other === itemId)
  }

  return {
    isOwnFault,
    stored(folderId, itemId) {
      const folder = folderOf(folderId)
      folder.takenAt = ++folder.now
      folder.firstRefusedAt.delete(itemId)
      folder.inDoubt.clear()
    },
    refused(folderId, itemId) {
      const folder = folderOf(folderId)
      const { firstRefusedAt, inDoubt } = folder
      if (isOwnFault(folderId, itemId)) return
      if (!firstRefusedAt.has(itemId)) firstRefusedAt.set(itemId, ++folder.now)
      inDoubt.add(itemId)
    },
  }
}
