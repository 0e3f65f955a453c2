import { posix } from 'node:path'
import { PLACE_FOLDER } from '../../../shared/domain/place.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PlaceMark } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import { pagesOf } from '../get/look-around.ts'
import { makeFolder } from './folders.ts'

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Which places a folder is marked as: by the names in `PLACE_FOLDER` at its root. */
export async function readPlace(sftp: SftpRequests, root: string): Promise<Result<PlaceMark>> {
  const folder = posix.join(root, PLACE_FOLDER)
  const ids: string[] = []
  for await (const page of pagesOf(sftp, folder)) {
    if (isRefused(page, 'missing')) break
    if (!page.ok && page.fault.kind === 'lost') return fail(page.fault.failure)
    // Some servers have no word for what is not there.
    if (!page.ok && !(await sftp.lstat(folder)).ok) break
    if (!page.ok) return ok({ ids: [], obstacle: await refusalFailure(page.fault, folder) })
    ids.push(...page.value.map(({ filename }) => filename).filter((name) => ID.test(name)))
  }
  return ok({ ids: ids.sort(), obstacle: null })
}

/** Marks the folder as this place: which places it is marked as then. */
export async function markPlace(sftp: SftpRequests, root: string, id: string): Promise<Result<PlaceMark>> {
  const made = await makeFolder(sftp, posix.join(root, PLACE_FOLDER, id), root)
  const seen = await readPlace(sftp, root)
  return made.ok || !seen.ok || seen.value.ids.length > 0 ? seen : ok({ ids: [], obstacle: made.failure })
}
