import { rename, rm } from 'node:fs/promises'
import { posix, relative, sep } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import type { ImportedFile, ImportSummary } from '../../shared/domain/import.ts'
import type { Examination, SourceFile } from '../../shared/domain/item.ts'
import { numberInName } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Template } from '../../shared/domain/shop.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { type Examined, examineAll, type Imaging } from '../intake/examine-all.ts'
import { type Found, walk } from '../intake/walk.ts'
import { takenElsewhere } from '../items/reserved-number.ts'
import type { HashFeed } from '../records/hash-feed.ts'
import { smallThumbnailFile, thumbnailFile } from '../thumbnail-files.ts'

/** Files whose rows are on their way to the disk at a time: they share its flushes. */
const WRITES = 50

/** What a file of the library is known as. */
interface Known {
  readonly designId: string
  readonly number: number | null
  readonly remotePath: string | null
}

export interface ImportParts {
  readonly catalog: Catalog
  readonly imaging: Imaging
  readonly feed: Pick<HashFeed, 'catchUp'>
  readonly newId: () => string
  /** Where the pictures are that the window shows. */
  readonly thumbnailDir: string
  /** Files under way at a time. */
  readonly ahead: number
}

/** Makes the designs of a folder known to the catalog, as if they had been uploaded from here: found as duplicates, and
 *  the numbers that their names carry never given again. No records are sent. What is told as imported is on the disk, and
 *  is not read again by the next import, unless another version of Galley hashed it: then its design is hashed anew. An
 *  abort finishes the files in flight. Without `remoteFolder`, where the folder lies on
 *  the NAS, the designs cannot be brought back from there. Fails with `configuration`. */
export type ImportDesigns = (
  request: EngineContract['importDesigns']['input'],
  signal: AbortSignal,
  emit: (file: ImportedFile) => void,
) => Promise<Result<ImportSummary>>

export function createImport({ catalog, imaging, feed, newId, thumbnailDir, ahead }: ImportParts): ImportDesigns {
  return async ({ folder, templateId, remoteFolder }, signal, emit) => {
    const template = catalog.shops.template(templateId)
    if (template === null) return fail(failure('configuration', { says: 'no-template' }))
    // What colleagues uploaded is known with its record first.
    await feed.catchUp(template.shopId)
    const counts = { imported: 0, known: 0, failed: 0, unchanged: 0 }

    async function* changed(found: AsyncIterable<Found>): AsyncGenerator<Found> {
      for await (const one of found) {
        if (one.kind === 'file' && catalog.imported.has(templateId, one.source)) counts.unchanged += 1
        else yield one
      }
    }

    const keep = async ({ source, result, smallThumbnailPath = '' }: Examined): Promise<void> => {
      const number = numberInName(template, source.fileName)
      const remotePath = remoteFolder === undefined ? null : remotePathOf(source.path, folder, remoteFolder)
      const designId = newId()
      const kept = result.ok
        ? await catalog.write(() => learn(template, source, result.value, { designId, number, remotePath }))
        : ({ outcome: 'failed', failure: result.failure } as const)
      // A design is known without its picture, too.
      if (kept.outcome !== 'imported') await rm(smallThumbnailPath, { force: true })
      else await rename(smallThumbnailPath, thumbnailFile(thumbnailDir, designId)).catch(() => undefined)
      counts[kept.outcome] += 1
      emit({ ...source, number, ...kept })
    }

    /** Inside a write transaction. */
    const learn = (
      { id, shopId }: Template,
      { path, fileName }: SourceFile,
      { source, fingerprint }: Examination,
      { designId, number, remotePath }: Known,
    ): Pick<ImportedFile, 'outcome' | 'failure'> => {
      const isKnown = catalog.designs.exact(id, fingerprint.sha256, '').some(({ state }) => state === 'known')
      const design = { id: designId, shopId, templateId: id, copy: 0, fileName, fingerprint }
      if (isKnown) catalog.designs.rehash(id, fingerprint)
      else catalog.designs.addKnown(design, { number, remotePath, sha256: fingerprint.sha256 })
      if (number !== null) takenElsewhere(catalog, id, [[number, number]])
      catalog.imported.add(id, { path, ...source })
      return { outcome: isKnown ? 'known' : 'imported', failure: null }
    }

    const newThumbnail = (): string => smallThumbnailFile(thumbnailDir, newId())
    const writing: Promise<void>[] = []
    for await (const examined of examineAll(changed(walk([folder], signal)), imaging, ahead, newThumbnail)) {
      writing.push(keep(examined))
      if (writing.length >= WRITES) await writing.shift()
    }
    await Promise.all(writing)
    return ok({ ...counts, isWhole: !signal.aborted })
  }
}

function remotePathOf(path: string, folder: string, remoteFolder: string): string {
  return posix.join(remoteFolder, ...relative(folder, path).split(sep))
}
