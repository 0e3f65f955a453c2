import { posix } from 'node:path'
import type { Stats } from 'ssh2'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Fault, type Reply, refusalFailure, STATUS } from '../failures.ts'

/** A folder and its children's entries take a block or two. */
const FOLDER_BYTES = 8192

/** Makes remote folders, each once however many files ask for it at the same time. */
export interface Folders {
  /** Makes the folder, and those above it that are missing. */
  ensure(sftp: SftpRequests, folder: string): Promise<Result<null>>
}

export function createFolders(): Folders {
  const making = new Map<string, Promise<Result<null>>>()
  return {
    ensure(sftp, folder) {
      const underWay = making.get(folder)
      if (underWay !== undefined) return underWay
      const made = makeFolder(sftp, folder).finally(() => making.delete(folder))
      making.set(folder, made)
      return made
    },
  }
}

/** What the making of a folder asks of a NAS. */
type FolderMaking = Pick<SftpRequests, 'mkdir' | 'space'> & {
  stat(path: string): Promise<Reply<Pick<Stats, 'isDirectory'>>>
}

/** Makes a folder on the NAS unless it is there; `remote-conflict` when something else has its name. */
export async function makeFolder(sftp: FolderMaking, folder: string): Promise<Result<null>> {
  const reply = await sftp.mkdir(folder)
  if (reply.ok) return ok(null)
  const { fault } = reply
  if (isRefusal(fault, STATUS.noSuchFile) && folder !== '/') {
    const parent = await makeFolder(sftp, posix.dirname(folder))
    if (!parent.ok) return parent
    // Another connection may have made it in between.
    const again = await sftp.mkdir(folder)
    return again.ok ? ok(null) : existingFolder(sftp, folder, again.fault)
  }
  return existingFolder(sftp, folder, fault)
}

async function existingFolder(sftp: FolderMaking, folder: string, fault: Fault): Promise<Result<null>> {
  const there = await sftp.stat(folder)
  if (there.ok) return there.value.isDirectory() ? ok(null) : fail(failure('remote-conflict', folder))
  const parent = posix.dirname(folder)
  return fail(await refusalFailure(fault, parent, FOLDER_BYTES, () => sftp.space(parent)))
}

function isRefusal(fault: Fault, status: number): boolean {
  return fault.kind === 'refused' && fault.status === status
}
