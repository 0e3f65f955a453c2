import { posix } from 'node:path'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { FolderRequests, PathStats } from '../browse/folder-requests.ts'
import { type Fault, isRefused, refusalFailure } from '../failures.ts'
import { pagesOf } from '../get/look-around.ts'

/** A folder and its children's entries take a block or two. */
const FOLDER_BYTES = 8192
/** Of the folders that are there instead, so many are named. */
const NAMED_FOLDERS = 8

/** Makes a folder below `root` on the NAS unless it is there; `remote-conflict` when something else has its name,
 *  `folder-missing` when the root is not there and cannot be made: the detail says what is there instead. */
export async function makeFolder(sftp: FolderRequests, folder: string, root: string): Promise<Result<null>> {
  const missing: string[] = []
  let nearest = folder
  for (;;) {
    const there = await sftp.stat(nearest)
    if (!there.ok && there.fault.kind === 'lost') return fail(there.fault.failure)
    if (there.ok && !isFolder(there.value)) return fail(failure('remote-conflict', nearest))
    // What may not be looked at is there: a folder above that only its owner sees.
    if (there.ok || isRefused(there, 'denied') || nearest === '/') break
    missing.unshift(nearest)
    nearest = posix.dirname(nearest)
  }
  for (const path of missing) {
    const made = await sftp.mkdir(path)
    if (made.ok) continue
    // Another connection may have made it in between.
    const there = await sftp.stat(path)
    if (!there.ok || !isFolder(there.value)) return notMade(sftp, path, root, made.fault)
  }
  return ok(null)
}

async function notMade(sftp: FolderRequests, path: string, root: string, fault: Fault): Promise<Result<never>> {
  const parent = posix.dirname(path)
  const reason = await refusalFailure(fault, parent, sftp, FOLDER_BYTES)
  const isAboveRoot = root === path || root.startsWith(`${path}/`)
  if (!isAboveRoot || (reason.code !== 'permission-denied' && reason.code !== 'nas-failure')) return fail(reason)
  const there = await foldersIn(sftp, parent)
  return fail(failure('folder-missing', { says: 'folder-not-there', folder: path, above: parent, instead: there }))
}

async function foldersIn(sftp: FolderRequests, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const page of pagesOf(sftp, folder)) {
    if (!page.ok) break
    for (const { filename, attrs } of page.value) {
      if (isFolder(attrs) && !filename.startsWith('.')) names.push(filename)
    }
  }
  names.sort()
  return names.length <= NAMED_FOLDERS ? names : [...names.slice(0, NAMED_FOLDERS), '…']
}

/** Some servers tell no permissions, and with them not what it is: then it is what is looked for. */
function isFolder(stats: Pick<PathStats, 'mode' | 'isDirectory'>): boolean {
  return stats.mode === undefined || stats.isDirectory()
}

export function isPlainFile(stats: Pick<PathStats, 'mode' | 'isFile'>): boolean {
  return stats.mode === undefined || stats.isFile()
}
