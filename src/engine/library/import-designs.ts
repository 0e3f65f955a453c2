import { rename, rm } from 'node:fs/promises'
import { posix, relative, sep } from 'node:path'
import { failure } from '../../shared/domain/failure.ts'
import type { ImportedFile, ImportSummary } from '../../shared/domain/import.ts'
import type { Examination, SourceFile } from '../../shared/domain/item.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { numberInName } from '../../shared/domain/remote-name.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { keepsRecordsHere } from '../../shared/domain/shop.ts'
import type { KnownTemplate } from '../../shared/domain/template.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { type Examined, examineAll, type Imaging } from '../intake/examine-all.ts'
import { type Found, walk } from '../intake/walk.ts'
import { recordOf } from '../items/record.ts'
import { takenElsewhere } from '../items/reserved-number.ts'
import type { Clock } from '../ports.ts'
import type { RecordClient } from '../records/client.ts'
import type { HashFeed } from '../records/hash-feed.ts'
import { smallThumbnailFile, thumbnailFile } from '../thumbnail-files.ts'
import { claimFolder } from './claim-folder.ts'
import { isOwnName } from './foreign-files.ts'

/** Files whose rows are on their way to the disk at a time: they share its flushes. */
const WRITES = 50

type ImportRequest = EngineContract['importDesigns']['input']

/** Where a file of the library lies on the NAS, and the number that its name carries. */
interface Place {
  readonly number: number | null
  readonly remotePath: string | null
}

type SharedPlace = { readonly [K in keyof Place]: NonNullable<Place[K]> }

interface Learnt extends Pick<ImportedFile, 'outcome' | 'failure'> {
  /** The design of which the shop gets a record. */
  readonly sharedAs: string | null
}

export interface ImportParts {
  readonly catalog: Catalog
  readonly clock: Pick<Clock, 'now'>
  readonly imaging: Imaging
  readonly feed: Pick<HashFeed, 'catchUp'>
  /** The shop's, where other workstations ask it, too. */
  readonly service: (shopId: string) => Promise<Result<RecordClient>>
  /** There are records to be sent. */
  readonly onShared: () => void
  readonly newId: () => string
  /** Where the pictures are that the window shows. */
  readonly thumbnailDir: string
  /** Files under way at a time. */
  readonly ahead: number
}

/** Makes the designs of a folder known to the catalog, as if they had been uploaded from here: found as duplicates, and
 *  the numbers that their names carry never given again. Those that have a number and a place on the NAS get a record, so that
 *  one workstation reads for the shop: what another one imported or uploaded is not read again, and while one reads, another
 *  is refused. What is told as imported is on the disk, and is not read again by the next import, unless another version of
 *  Galley hashed it: then its design is hashed anew. An abort finishes the files in flight. Without `remoteFolder`, where the
 *  folder lies on the NAS, the designs cannot be brought back from there, and nobody else hears of them. Fails with
 *  `configuration` or `import-elsewhere`. */
export type ImportDesigns = (
  request: EngineContract['importDesigns']['input'],
  signal: AbortSignal,
  emit: (file: ImportedFile) => void,
) => Promise<Result<ImportSummary>>

export function createImport(parts: ImportParts): ImportDesigns {
  const { catalog, clock, feed, service, newId } = parts
  return async (request, signal, emit) => {
    const { templateId, remoteFolder } = request
    const template = catalog.shops.template(templateId)
    const shop = catalog.shops.shop(template?.shopId ?? '')
    if (template === null || shop === null) return fail(failure('configuration', { says: 'no-template' }))
    // What colleagues uploaded or imported is known with its record first.
    await feed.catchUp(shop.id)
    if (remoteFolder === undefined) return read(parts, template, request, signal, emit)
    const asked = keepsRecordsHere(shop) ? null : () => service(shop.id)
    const { placeId, path } = catalog.places.told(shop.id, posix.join(remoteFolder, '*'))
    const name = placeId === undefined ? remoteFolder : `${placeId} ${path}`
    const claim = await claimFolder({ service: asked, newId }, template.code, name)
    if (!claim.ok) return claim
    const { signal: lost, release } = claim.value
    const done = await read(parts, template, request, AbortSignal.any([signal, lost]), emit)
    await release()
    return lost.aborted ? fail(lost.reason) : done
  }

  async function read(
    { imaging, thumbnailDir, ahead, onShared }: ImportParts,
    template: KnownTemplate,
    { folder, remoteFolder }: ImportRequest,
    signal: AbortSignal,
    emit: (file: ImportedFile) => void,
  ): Promise<Result<ImportSummary>> {
    const { id: templateId, shopId } = template
    const counts = { imported: 0, known: 0, failed: 0, unchanged: 0, shared: 0 }
    const placeOf = ({ path, fileName }: SourceFile): Place => ({
      number: numberInName(template, fileName),
      remotePath: remoteFolder === undefined ? null : remotePathOf(path, folder, remoteFolder),
    })

    async function* changed(found: AsyncIterable<Found>): AsyncGenerator<Found> {
      for await (const one of found) {
        if (one.kind === 'file' && isOwnName(one.source.fileName)) continue
        if (one.kind === 'file' && isRead(one.source)) counts.unchanged += 1
        else yield one
      }
    }

    const isRead = (source: SourceFile): boolean => {
      const place = placeOf(source)
      if (!canBeShared(place)) return catalog.imported.has(templateId, source, false)
      if (catalog.imported.has(templateId, source, true)) return true
      const { number, remotePath } = place
      const id = catalog.designs.at(templateId, number, remotePath, HASH_ALGORITHM_VERSION)
      return id !== null && catalog.kept.find(id)?.record.sizeBytes === source.sizeBytes
    }

    const keep = async ({ source, result, smallThumbnailPath = '' }: Examined): Promise<void> => {
      const place = placeOf(source)
      const designId = newId()
      const pictureOf = (id: string): string => thumbnailFile(thumbnailDir, id)
      // A design is known without its picture, too. It is there before its record is, beside which it is sent.
      if (result.ok) await rename(smallThumbnailPath, pictureOf(designId)).catch(() => undefined)
      else await rm(smallThumbnailPath, { force: true })
      const kept = result.ok
        ? await catalog.write(() => learn(source, result.value, designId, place))
        : ({ outcome: 'failed', failure: result.failure, sharedAs: null } as const)
      const { sharedAs, ...told } = kept
      if (kept.outcome === 'known') await rm(pictureOf(designId), { force: true })
      counts[kept.outcome] += 1
      if (sharedAs !== null) {
        counts.shared += 1
        onShared()
      }
      emit({ ...source, number: place.number, ...told })
    }

    /** Inside a write transaction. */
    const learn = (source: SourceFile, examination: Examination, designId: string, place: Place): Learnt => {
      const { fingerprint } = examination
      const { sha256 } = fingerprint
      const known = catalog.designs.exact(templateId, sha256, '').find(({ state }) => state === 'known')
      const design = { id: designId, shopId, templateId, copy: 0, fileName: source.fileName, fingerprint }
      if (known === undefined) catalog.designs.addKnown(design, { ...place, sha256 })
      else catalog.designs.rehash(templateId, fingerprint)
      if (place.number !== null) takenElsewhere(catalog, templateId, [[place.number, place.number]])
      const isShareable = canBeShared(place)
      catalog.imported.add(templateId, { path: source.path, ...examination.source }, isShareable)
      const sharedAs = isShareable && (known === undefined || isUnshared(known.id)) ? (known?.id ?? designId) : null
      if (sharedAs !== null && isShareable) share(sharedAs, source, examination, { ...place, sha256 })
      return { outcome: known === undefined ? 'imported' : 'known', failure: null, sharedAs }
    }

    /** Imported here before its records were sent. */
    const isUnshared = (id: string): boolean =>
      catalog.items.get(id) === null && catalog.kept.find(id) === null && !catalog.outbox.has(id)

    const share = (
      id: string,
      source: SourceFile,
      examination: Examination,
      stored: { readonly number: number; readonly remotePath: string; readonly sha256: string },
    ): void => {
      const { fingerprint } = examination
      catalog.designs.addKnown({ id, shopId, templateId, copy: 0, fileName: source.fileName, fingerprint }, stored)
      const file = { ...stored, designId: id, sizeBytes: examination.source.sizeBytes }
      const now = clock.now()
      const record = recordOf(catalog, { id, shopId, templateId, source }, examination, file, now)
      catalog.outbox.add(shopId, { ...record, imported: true }, now)
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

/** Others find it by its place, and its number is what it has in its record. */
function canBeShared(place: Place): place is SharedPlace {
  return place.number !== null && place.remotePath !== null
}

function remotePathOf(path: string, folder: string, remoteFolder: string): string {
  return posix.join(remoteFolder, ...relative(folder, path).split(sep))
}
