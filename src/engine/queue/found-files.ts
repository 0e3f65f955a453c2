import { posix } from 'node:path'
import { numberInName } from '../../shared/domain/remote-name.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { KnownTemplate } from '../../shared/domain/template.ts'
import type { IdentifyRequest, ListedFile } from '../../shared/worker/transfer.ts'
import type { RenameIntent } from '../catalog/items.ts'
import type { QueueContext } from '../items/context.ts'
import { haveNumber, takenElsewhere } from '../items/reserved-number.ts'
import { partOf } from '../transfer/put/part-names.ts'
import type { NasParts } from './nas-access.ts'

/** Files learnt in one transaction at most. */
const GROUP = 500

/** Takes into a rebuilt catalog what stands in the template's folder: no number in use is given again, files that no
 *  design is known of are found by whoever has their bytes, and temporary files of ours are swept in the end. */
export async function learnFiles(
  { catalog }: Pick<QueueContext, 'catalog'>,
  template: KnownTemplate,
  files: readonly ListedFile[],
): Promise<void> {
  const known = new Set(catalog.designs.remotePaths(template.id).map((path) => posix.basename(path)))
  const learn = ({ fileName, sizeBytes }: ListedFile): void => {
    const part = partOf(fileName)
    if (part !== null) catalog.items.setAttemptAtLeast(part.itemId, part.attempt)
    const number = numberInName(template, fileName)
    if (number === null) return
    takenElsewhere(catalog, template.id, [[number, number]])
    if (!known.has(fileName)) catalog.found.add({ templateId: template.id, fileName, number, sizeBytes })
  }
  for (let at = 0; at < files.length; at += GROUP) {
    const group = files.slice(at, at + GROUP)
    await catalog.write(() => {
      for (const file of group) learn(file)
    })
  }
  await catalog.write(() => catalog.found.setDue(template.id, false))
}

export interface Seeking extends Omit<IdentifyRequest, 'fileNames'> {
  readonly itemId: string
  readonly templateId: string
  readonly attempt: number
}

/** Looks for the item's bytes among the files that were found after a rebuild. One that has them is promised to the item
 *  as if its rename had been sent, so that the put finds it stored. Null when there is none, as always in a catalog that
 *  was never rebuilt. */
export async function claimFound(
  { catalog }: Pick<QueueContext, 'catalog'>,
  transfer: NasParts['transfer'],
  { itemId, templateId, attempt, ...sought }: Seeking,
  signal: AbortSignal,
): Promise<Result<RenameIntent | null>> {
  const files = catalog.found.ofSize(templateId, sought.sizeBytes)
  if (files.length === 0) return ok(null)
  const fileNames = files.map(({ fileName }) => fileName)
  const same = await transfer.call('identify', { ...sought, fileNames }, { signal })
  if (!same.ok) return same
  const file = files.find(({ fileName }) => fileName === same.value)
  if (file === undefined) return ok(null)
  return ok(
    await catalog.write(() => {
      if (!catalog.found.remove(templateId, file.fileName)) return null
      const { number, fileName: finalName } = file
      const item = catalog.items.get(itemId)
      if (item !== null) haveNumber(catalog, item, number)
      const intent = { number, finalName, attempt, isClaimed: false, sha256: sought.sha256 }
      catalog.items.setIntent(itemId, intent)
      return intent
    }),
  )
}
