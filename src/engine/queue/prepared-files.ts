import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { preparedOf } from '../../shared/domain/item.ts'
import type { Items } from '../catalog/items.ts'

/** Print files of one batch that wait for the NAS at most: it may be away for days, and the disk here is not endless. */
export const PREPARED_AHEAD = 24

/** The folder of the print files that were made and are not on the NAS yet. Derived: what is missing is made again. */
export interface PreparedFiles {
  /** Where an item's print file lies. */
  path(itemId: string): string
  /** Where the next one is written until it is complete. */
  partPath(itemId: string): string
  /** The complete file gets its name. */
  keep(itemId: string, batchId: string, partPath: string): Promise<void>
  /** The item's print file, if there is one, is not needed any more. */
  remove(itemId: string): void
  /** Files of the batch that wait to be sent, or are being sent. */
  count(batchId: string): number
}

/** Makes the folder, and removes from it whatever no item is going to send. */
export function openPreparedFiles(folder: string, items: Items, newId: () => string): PreparedFiles {
  const batchOf = new Map<string, string>()
  mkdirSync(folder, { recursive: true })
  for (const fileName of readdirSync(folder)) {
    const { name: itemId, ext } = parse(fileName)
    const item = ext === '.png' ? items.get(itemId) : null
    if (item !== null && preparedOf(item.state) !== null) batchOf.set(itemId, item.batchId)
    else rmSync(join(folder, fileName), { recursive: true, force: true })
  }
  const path = (itemId: string): string => join(folder, `${itemId}.png`)

  return {
    path,
    // One that was given up may be written on for a while.
    partPath: (itemId) => join(folder, `${itemId}-${newId()}.part`),
    async keep(itemId, batchId, partPath) {
      await rename(partPath, path(itemId))
      batchOf.set(itemId, batchId)
    },
    remove(itemId) {
      // At the next start, if not now.
      if (batchOf.delete(itemId)) void rm(path(itemId), { force: true }).catch(() => undefined)
    },
    count: (batchId) => [...batchOf.values()].filter((of) => of === batchId).length,
  }
}
