import { statfsSync } from 'node:fs'

/** With less room than this a disk is full: SQLite needs some even to read. */
export const FULL_BELOW_BYTES = 1024 * 1024

/** Room for this process on the disk of a folder; unknown counts as enough. */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
