import { link, lstat, mkdir, rename, unlink } from 'node:fs/promises'

/** Moves to a name that nobody has, else throws EEXIST. As in OpenSSH a file gets its new name by a link, which cannot
 *  replace anything however many try at once; killed in between, it has both names. */
export async function moveToFreeName(from: string, to: string): Promise<void> {
  if (!(await lstat(from)).isDirectory()) {
    await link(from, to)
    await unlink(from)
    return
  }
  // A folder cannot be linked. Making the new name first claims it; Windows never replaces a folder.
  if (process.platform !== 'win32') await mkdir(to)
  await rename(from, to)
}

/** Moves, replacing what had the name: `posix-rename@openssh.com`. */
export async function moveOver(from: string, to: string): Promise<void> {
  await rename(from, to)
}
