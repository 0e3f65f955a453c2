import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isAlive } from '../processes.ts'

const run = promisify(execFile)
const IMAGE_BYTES = 400 * 1024 * 1024

/** A file system for one server, unmounted and removed with it. Making one needs root and a loop device. */
export interface Disk extends AsyncDisposable {
  /** The folder on it that the server offers. */
  readonly path: string
}

type FileSystem = 'ext4' | 'btrfs'

/** Those that a process serves. */
type FuseSystem = 'exfat' | 'ntfs' | 'bindfs' | 'mergerfs'

/** The file system of a plugged-in disk (exFAT, NTFS, with names that ignore case), or one that shows folders of others. */
export async function mountFuse(system: FuseSystem): Promise<Disk> {
  const home = await makeHome()
  const path = join(home, 'nas')
  const image = join(home, 'image')
  const [one, two] = [join(home, 'one'), join(home, 'two')]
  for (const folder of [path, one, two]) await mkdir(folder)
  for (const folder of [home, path, one, two]) await chmod(folder, 0o777)
  if (system === 'exfat' || system === 'ntfs') {
    await writeFile(image, '')
    await truncate(image, IMAGE_BYTES)
    await run(`mkfs.${system}`, system === 'ntfs' ? ['-F', '-Q', image] : [image])
  }
  const mounts = {
    exfat: ['mount', '-t', 'exfat-fuse', '-o', 'loop,allow_other,umask=0', image, path],
    ntfs: ['mount', '-t', 'lowntfs-3g', '-o', 'loop,ignore_case,allow_other', image, path],
    bindfs: ['bindfs', one, path],
    mergerfs: ['mergerfs', '-o', 'allow_other', `${one}:${two}`, path],
  } as const
  const [program, ...args] = mounts[system]
  await run(program, args)
  return { path, [Symbol.asyncDispose]: () => unmount(path, home) }
}

/** Folders of disks are named after the process that mounts them: what a killed one left is found by it. */
const PREFIX = 'galley-nas-disk-'

async function makeHome(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    const home = join(tmpdir(), name)
    // Another test may be at it at the same moment.
    await unmount(join(home, 'nas'), home).catch(() => undefined)
  }
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
}

/** ext4, which knows folders as `sealNames` makes them. */
export function mountExt4(): Promise<Disk> {
  return mountImage('ext4', 400)
}

/** The folder and those made below it later take new names, and give none up (`chattr +a`). */
export async function sealNames(folder: string): Promise<void> {
  await run('chattr', ['-R', '+a', folder])
}

/** btrfs with a quota on the share: it shows free space and takes no more than so many MB. */
export async function mountQuota(megabytes: number): Promise<Disk> {
  const disk = await mountImage('btrfs', 600)
  const path = join(disk.path, 'share')
  try {
    await run('btrfs', ['quota', 'enable', disk.path])
    await run('btrfs', ['subvolume', 'create', path])
    await run('btrfs', ['qgroup', 'limit', `${megabytes}M`, path])
  } catch (error) {
    await disk[Symbol.asyncDispose]()
    throw error
  }
  return { path, [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose]() }
}

/** A folder that is mounted a second time, read-only. */
export async function mountReadOnly(): Promise<Disk> {
  const home = await makeHome()
  const [from, path] = [join(home, 'from'), join(home, 'nas')]
  await Promise.all([mkdir(from), mkdir(path)])
  await Promise.all([chmod(home, 0o755), chmod(from, 0o777)])
  await run('mount', ['--bind', from, path])
  await run('mount', ['-o', 'remount,bind,ro', path])
  return { path, [Symbol.asyncDispose]: () => unmount(path, home) }
}

async function mountImage(type: FileSystem, megabytes: number): Promise<Disk> {
  const home = await makeHome()
  const [image, path] = [join(home, 'image'), join(home, 'nas')]
  try {
    await chmod(home, 0o755)
    await mkdir(path)
    await writeFile(image, '')
    await truncate(image, megabytes * 1024 * 1024)
    await run(`mkfs.${type}`, ['-q', image])
    await run('mount', ['-o', 'loop', image, path])
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
  return { path, [Symbol.asyncDispose]: () => unmount(path, home) }
}

/** Lazily: a session that is just ending may still have a file open there. */
async function unmount(path: string, home: string): Promise<void> {
  await run('chattr', ['-R', '-a', path]).catch(() => undefined)
  await run('umount', ['-l', path])
  await rm(home, { recursive: true, force: true })
}
