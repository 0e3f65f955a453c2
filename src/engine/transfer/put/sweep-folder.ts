import { posix } from 'node:path'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { KeptInFolder, SweepFolderRequest } from '../../../shared/worker/transfer.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import { pagesOf } from '../get/look-around.ts'
import { isPlainFile } from './folders.ts'
import { keptOf, partOf, withdrawnOf } from './part-names.ts'

const DAY_SECONDS = 24 * 3600
/** As the ids of items are, and nothing that a person would call a file. */
const ITEM_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const NOTHING: KeptInFolder = { itemIds: [], withdrawnIds: [] }

/** Removes the temporary files that nobody has written to for a day, of items that nobody knows any more: of a catalog that
 *  was lost, of a workstation that never came back; and guards of names as old. The age is by the clock of the NAS, so that
 *  a wrong one, here or there, cannot make a file old: it counts from the folder's last change. A replaced or withdrawn
 *  file is as old as it was before: how long it has been kept the caller knows. Files of other names are not looked at. */
export async function sweepFolder(
  sftp: SftpRequests,
  { remoteDir, keepItemIds, dropKeptOf }: SweepFolderRequest,
): Promise<Result<KeptInFolder>> {
  const folder = await sftp.stat(remoteDir)
  if (isRefused(folder, 'missing')) return ok(NOTHING)
  if (!folder.ok) return fail(await refusalFailure(folder.fault, remoteDir, sftp))

  const keep = new Set(keepItemIds)
  const old: string[] = []
  const guards: string[] = []
  const kept: string[] = []
  const withdrawn: string[] = []
  for await (const page of pagesOf(sftp, remoteDir)) {
    if (isRefused(page, 'missing')) return ok(NOTHING)
    if (!page.ok) return fail(await refusalFailure(page.fault, remoteDir, sftp))
    for (const { filename, attrs } of page.value) {
      const replacedBy = keptOf(filename)
      if (replacedBy !== null && ITEM_ID.test(replacedBy) && isPlainFile(attrs)) {
        if (dropKeptOf.includes(replacedBy)) old.push(filename)
        else kept.push(replacedBy)
      }
      const designId = withdrawnOf(filename)
      if (designId !== null && isPlainFile(attrs)) {
        if (dropKeptOf.includes(designId)) old.push(filename)
        else withdrawn.push(designId)
      }
      const itemId = partOf(filename)?.itemId
      const isOld = attrs.mtime < folder.value.mtime - DAY_SECONDS
      if (itemId === undefined || !ITEM_ID.test(itemId) || keep.has(itemId)) continue
      if (isOld && isPlainFile(attrs)) old.push(filename)
      if (isOld && attrs.isDirectory()) guards.push(filename)
    }
  }
  // One that has something in it is none, and stays.
  await Promise.all(guards.map((name) => sftp.rmdir(posix.join(remoteDir, name))))
  const removed = await Promise.all(old.map((name) => sftp.unlink(posix.join(remoteDir, name))))
  // Where nothing may be removed it stays; asked again tomorrow.
  const stays = removed.find((reply) => !reply.ok && !isRefused(reply, 'missing', 'denied'))
  if (stays?.ok === false) return fail(await refusalFailure(stays.fault, remoteDir, sftp))
  return ok({ itemIds: kept, withdrawnIds: withdrawn })
}
