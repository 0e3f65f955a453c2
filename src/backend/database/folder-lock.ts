import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'

export interface FolderLock {
  release(): Promise<void>
}

interface LockOwner {
  readonly pid: number
  /** Seconds since the computer was started, when the lock was taken: process numbers begin anew with each start. */
  readonly uptime: number
}

/** Makes this process the only one that may use `folder`. The lock of a process that is gone is taken over. */
export async function lockFolder(folder: string): Promise<Result<FolderLock>> {
  const path = join(folder, 'galley.lock')
  // A link appears with its content or not at all: nobody reads a lock that is half written.
  const mine = `${path}.${randomUUID()}`
  const owner: LockOwner = { pid: process.pid, uptime: uptime() }
  await writeFile(mine, JSON.stringify(owner))
  try {
    for (;;) {
      if (await succeeds(link(mine, path))) return ok({ release: () => rm(path, { force: true }) })
      const holder = await readOwner(path)
      if (isRunning(holder)) return fail(failure('data-folder-in-use', `${folder}, by process ${holder.pid}`))
      if (!(await removeStale(path, mine)))
        return fail(failure('data-folder-in-use', `${folder}; see ${path}.takeover`))
    }
  } finally {
    await rm(mine, { force: true })
  }
}

/** Only one process at a time may remove a stale lock; two could remove each other's new one. */
async function removeStale(path: string, mine: string): Promise<boolean> {
  const guard = `${path}.takeover`
  if (!(await succeeds(link(mine, guard)))) return false
  try {
    if (!isRunning(await readOwner(path))) await rm(path, { force: true })
    return true
  } finally {
    await rm(guard, { force: true })
  }
}

function isRunning(owner: LockOwner | null): owner is LockOwner {
  if (owner === null || owner.uptime > uptime()) return false
  try {
    process.kill(owner.pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Null when there is none, or when it is not a lock of ours (a computer that lost power may leave it empty). */
async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('uptime' in value)) return null
    return typeof value.pid === 'number' && typeof value.uptime === 'number'
      ? { pid: value.pid, uptime: value.uptime }
      : null
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function succeeds(operation: Promise<unknown>): Promise<boolean> {
  try {
    await operation
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
