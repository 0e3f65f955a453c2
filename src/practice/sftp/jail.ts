import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, posix, relative, sep } from 'node:path'

/** A path that a client may not use. */
class OutsideError extends Error {
  readonly code = 'EACCES'
}

/** The paths that clients name, `/` being the folder, as paths of this computer that never leave the folder. */
export interface Jail {
  /** The path itself; its last part may be missing, or a link that is not followed. */
  place(remotePath: string): Promise<string>
  /** As `place`, for what makes, moves or removes: never the folder itself. */
  entry(remotePath: string): Promise<string>
  /** What stands at the path, links followed; throws ENOENT when nothing does. */
  target(remotePath: string): Promise<string>
}

/** `root` must exist. */
export async function createJail(root: string): Promise<Jail> {
  const realRoot = await realpath(root)

  function inside(path: string): string {
    const way = relative(realRoot, path)
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) throw new OutsideError('outside the folder')
    return path
  }

  async function place(remotePath: string): Promise<string> {
    const path = join(realRoot, ...partsOf(remotePath))
    return path === realRoot ? path : join(inside(await realpath(dirname(path))), basename(path))
  }

  return {
    place,
    async entry(remotePath) {
      if (normalizeRemote(remotePath) === '/') throw new OutsideError('the folder itself')
      return place(remotePath)
    },
    async target(remotePath) {
      const path = await place(remotePath)
      return (await lstat(path)).isSymbolicLink() ? inside(await realpath(path)) : path
    },
  }
}

/** The path in its one form: absolute, without `.` and `..`, which cannot lead above `/`. */
export function normalizeRemote(remotePath: string): string {
  const path = posix.normalize(`/${remotePath}`)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function partsOf(remotePath: string): string[] {
  const parts = normalizeRemote(remotePath)
    .split('/')
    .filter((part) => part !== '')
  // On Windows a backslash or a colon inside of a name would be a path of its own.
  if (sep === '\\' && parts.some((part) => /[\\:*?"<>|]/.test(part))) throw new OutsideError('not a name')
  return parts
}
