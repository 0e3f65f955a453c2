import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const OTHERS = 0o077
const STICKY = 0o1000

/** Makes the folder if it is missing, and takes it from everybody but its owner, also where it was there before. One that
 *  everybody shares, as /tmp, and one of another user stay as they are. Throws what the system says. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if ((statSync(folder).mode & STICKY) === 0) takeFromOthers(folder)
}

/** Takes all that lies below the folder from everybody but its owner: for files of a program that opens them to all. */
export function makeContentPrivate(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) takeFromOthers(join(entry.parentPath, entry.name))
  }
}

function takeFromOthers(path: string): void {
  // Windows keeps a user's folders from others by itself, and knows no such bits.
  if (process.platform === 'win32') return
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & OTHERS) === 0) return
  try {
    chmodSync(path, mode & 0o7777 & ~OTHERS)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'ENOENT'))) throw error
  }
}
