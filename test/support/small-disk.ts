import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Why `mountSmallDisk` cannot work here, for the report of a skipped test; null when it can. */
export function whyNoSmallDisk(): string | null {
  return process.platform === 'linux' && process.getuid?.() === 0 ? null : 'mounting a small disk needs root on Linux'
}

type Access = 'rw' | 'ro'

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  remount(access: Access): Promise<void>
}

/** A file system of its own of so many MB and at most so many names, in memory. Use with `await using`. */
export async function mountSmallDisk(access: Access, megabytes = 1, names = 0): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'galley-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,nr_inodes=${names},${access}`, 'tmpfs', path])
  return {
    path,
    remount: async (to) => void (await run('mount', ['-o', `remount,${to}`, path])),
    async [Symbol.asyncDispose]() {
      // Lazily: a server that is just ending may still have a file open there.
      await run('umount', ['-l', path])
      await rm(path, { recursive: true, force: true })
    },
  }
}
