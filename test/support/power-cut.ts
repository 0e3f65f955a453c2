import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** The smallest that mkfs.xfs makes. */
const DISK_BYTES = 320 * 1024 * 1024

/** A disk that can lose its power: what was not synced is gone. */
export interface FragileDisk extends AsyncDisposable {
  readonly path: string
  /** From now on nothing is written to it any more, and what was on its way is lost. */
  cutPower(): Promise<void>
  /** Mounts it anew, as a machine that starts again does. Nobody may have a file open there. */
  restore(): Promise<void>
}

/** An XFS in a file of its own, mounted by a loop device. A text says why there can be none here. */
export async function mountFragileDisk(): Promise<FragileDisk | string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a disk that loses its power needs root on Linux'
  const home = await mkdtemp(join(tmpdir(), 'galley-fragile-'))
  const [image, path] = [join(home, 'disk'), await mkdtemp(join(tmpdir(), 'galley-fragile-'))]
  const mount = async (): Promise<void> => void (await run('mount', ['-o', 'loop', image, path]))
  const remove = (): Promise<unknown> =>
    Promise.all([home, path].map((folder) => rm(folder, { recursive: true, force: true })))
  try {
    await writeFile(image, '')
    await truncate(image, DISK_BYTES)
    await run('mkfs.xfs', ['-q', image])
    await mount()
  } catch (error) {
    await remove()
    return `no XFS can be mounted here: ${String(error)}`
  }
  await chmod(path, 0o777)
  return {
    path,
    cutPower: async () => void (await run('xfs_io', ['-x', '-c', 'shutdown', path])),
    async restore() {
      await run('umount', [path])
      await mount()
    },
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path])
      await remove()
    },
  }
}
