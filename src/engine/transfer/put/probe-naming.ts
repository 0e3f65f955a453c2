import type { Naming, PartNaming } from '../../../shared/domain/nas-facts.ts'
import { ok } from '../../../shared/domain/result.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import type { Fault, Reply } from '../failures.ts'
import { partPath } from './part-names.ts'
import { patiently } from './patience.ts'

/** Files of the probe, told apart by their size. */
const MINE = Buffer.from('1')
const THEIRS = Buffer.from('22')

/** The connection went away under the probe: nothing was learnt. */
class Lost extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super('connection lost')
    this.fault = fault
  }
}

/** Tries out, with small temporary files of its own, how a name can be claimed in the folder without going over somebody
 *  else's file. Null when not even the files for that can be made. Leaves nothing behind where files may be removed. */
export async function probeNaming(
  sftp: SftpRequests,
  remoteDir: string,
  probeId: string,
  partNaming: PartNaming,
): Promise<Reply<Naming | null>> {
  const path = (n: number): string => partPath(remoteDir, probeId, n, partNaming)
  const [mine, taken, free, claimed] = [path(1), path(2), path(3), path(4)]
  try {
    if (!(await makeFile(sftp, mine, MINE)) || !(await makeFile(sftp, taken, THEIRS))) return ok(null)
    const find = async (): Promise<Naming> => {
      if (await links(sftp, mine, taken, free)) return 'link'
      // Whether a taken name is refused says nothing on a server that refuses every rename.
      if (await refuses(sftp, mine, taken)) {
        if (!(await did(patiently(() => sftp.rename(mine, free))))) return 'look'
        // The first refusal may have been of a file that was held for a moment.
        if (await refuses(sftp, free, taken)) return (await guards(sftp, claimed)) ? 'rename' : 'look'
      }
      return (await claims(sftp, claimed, taken)) ? 'create' : 'look'
    }
    return ok(await find())
  } catch (error) {
    if (error instanceof Lost) return { ok: false, fault: error.fault }
    throw error
  } finally {
    await Promise.all([mine, taken, free, claimed].map((name) => patiently(() => sftp.unlink(name))))
  }
}

/** A rename to the taken name is refused, and the file under it stays. */
async function refuses(sftp: SftpRequests, from: string, taken: string): Promise<boolean> {
  const isRefused = !(await did(sftp.rename(from, taken)))
  return isRefused && (await sizeOf(sftp, taken)) === THEIRS.length
}

/** Hard links work, refuse a taken name, and leave the file under it alone. */
async function links(sftp: SftpRequests, mine: string, taken: string, free: string): Promise<boolean> {
  if (!sftp.traits.hasHardlink || (await did(sftp.link(mine, taken)))) return false
  if ((await sizeOf(sftp, taken)) !== THEIRS.length) return false
  if (!(await did(sftp.link(mine, free)))) return false
  const isLinked = (await sizeOf(sftp, free)) === MINE.length && (await sizeOf(sftp, mine)) === MINE.length
  await did(sftp.unlink(free))
  return isLinked
}

/** A folder is made once, and refused the second time. */
async function guards(sftp: SftpRequests, folder: string): Promise<boolean> {
  if (!(await did(sftp.mkdir(folder)))) return false
  const again = await did(sftp.mkdir(folder))
  return (await did(sftp.rmdir(folder))) && !again
}

/** An exclusive create takes a name at once, not only when it is closed, and a rename goes over the empty file. */
async function claims(sftp: SftpRequests, claimed: string, taken: string): Promise<boolean> {
  const handle = await reached(sftp.open(claimed, 'new'))
  if (!handle.ok) return false
  const isSeen = (await sizeOf(sftp, claimed)) === 0
  const again = await reached(sftp.open(claimed, 'new'))
  if (again.ok) await did(sftp.close(again.value))
  const isClosed = await did(sftp.close(handle.value))
  if (!isSeen || again.ok || !isClosed) return false
  // The file under `taken` is the probe's own, as is the claim.
  const isMoved = await did(patiently(() => moveOver(sftp, taken, claimed)))
  return isMoved && (await sizeOf(sftp, claimed)) !== 0
}

/** Over a file of our own, by the way that the server has for it. */
export function moveOver(sftp: SftpRequests, from: string, to: string): Promise<Reply<void>> {
  return sftp.traits.canReplace ? sftp.replace(from, to) : sftp.rename(from, to)
}

async function makeFile(sftp: SftpRequests, path: string, bytes: Buffer): Promise<boolean> {
  const handle = await reached(patiently(() => sftp.open(path, 'new')))
  if (!handle.ok) return false
  const isWritten = await did(sftp.write(handle.value, bytes, 0))
  return (await did(sftp.close(handle.value))) && isWritten
}

async function sizeOf(sftp: SftpRequests, path: string): Promise<number | null> {
  const found = await reached(sftp.lstat(path))
  return found.ok ? found.value.size : null
}

async function did(request: Promise<Reply<unknown>>): Promise<boolean> {
  return (await reached(request)).ok
}

async function reached<T>(request: Promise<Reply<T>>): Promise<Reply<T>> {
  const reply = await request
  if (!reply.ok && reply.fault.kind === 'lost') throw new Lost(reply.fault)
  return reply
}
