import { rm } from 'node:fs/promises'
import { parse } from 'node:path'
import { type Failure, failure, isToBeSeen } from '../../shared/domain/failure.ts'
import type { Match } from '../../shared/domain/match.ts'
import type { PreviewedFile, PreviewSummary } from '../../shared/domain/preview.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Designs } from '../catalog/designs.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import { openScratchDesigns } from '../catalog/scratch-designs.ts'
import { type Examined, examineAll, type Imaging } from '../intake/examine-all.ts'
import { walk } from '../intake/walk.ts'
import { createCloserLook, looked } from '../queue/closer-look.ts'
import { closestFirst, equalMatches, judge, nearMatches, saidBefore } from '../queue/judge.ts'
import type { Thumbnails } from '../records/thumbnails.ts'
import { createSimilarityIndex, type SimilarityIndex } from '../similarity/similarity-index.ts'
import { smallThumbnailFile } from '../thumbnail-files.ts'

type PreviewRequest = EngineContract['preview']['input']

export interface PreviewParts {
  readonly catalog: Pick<Catalog, 'designs' | 'decisions' | 'shops'>
  readonly index: SimilarityIndex
  readonly imaging: Imaging
  readonly newId: () => string
  readonly thumbnails: Pick<Thumbnails, 'fetch'>
  readonly thumbnailDir: string
  /** Files under way at a time. */
  readonly ahead: number
  /** Of its own; what lies there is derived, and goes at the end. */
  readonly folder: string
}

/** Tells of each file, in the order of the drop, what would become of it if it were dropped now, and changes nothing. An
 *  abort finishes the files in flight. Fails with `configuration`, or `conflict` while another is under way. */
export type Preview = (
  request: PreviewRequest,
  signal: AbortSignal,
  emit: (file: PreviewedFile) => void,
) => Promise<Result<PreviewSummary>>

/** A library to compare with. */
interface Library {
  readonly designs: Designs
  readonly index: SimilarityIndex
}

export function createPreview(parts: PreviewParts): Preview {
  const { catalog, index, imaging, newId, ahead, folder } = parts
  const closerLook = createCloserLook(imaging, parts.thumbnails, parts.thumbnailDir, folder)
  let isRunning = false

  const run = async (
    { paths, templateId, policy }: PreviewRequest,
    drop: Library,
    signal: AbortSignal,
    emit: (file: PreviewedFile) => void,
  ): Promise<PreviewSummary> => {
    const counts = { upload: 0, review: 0, skip: 0, failed: 0, noPictures: 0 }
    // The drop is a library, too, that each file joins which would be uploaded.
    const libraries = [{ designs: catalog.designs, index }, drop]
    const shopId = catalog.shops.template(templateId)?.shopId ?? ''
    const sha256Of = (id: string): string | null => catalog.designs.sha256Of(id) ?? drop.designs.sha256Of(id)

    const isLooked = policy.onSimilar === 'skip'

    const judgeFile = async ({ source, result, smallThumbnailPath }: Examined): Promise<PreviewedFile> => {
      const failed = (failure: Failure): PreviewedFile => ({ ...source, outcome: 'failed', matches: [], failure })
      if (!result.ok) return failed(result.failure)
      const { fingerprint } = result.value
      const id = smallThumbnailPath === undefined ? newId() : parse(smallThumbnailPath).name
      const subject = { id, templateId, fingerprint }
      const near: Match[] = []
      for (const library of libraries) {
        const found = await library.index.query(templateId, [subject], catalog.shops.matchingOf(templateId))
        if (!found.ok) return failed(found.failure)
        const [resembling = []] = found.value
        const toLookAt = isLooked ? resembling.filter(({ kind }) => kind === 'near') : []
        const same = await closerLook(
          looked(id, fingerprint),
          toLookAt.map(({ id }) => ({ id, size: library.designs.pixelsOf(id) })),
        )
        near.push(...nearMatches(library.designs, resembling, same))
      }
      const equal = libraries.flatMap(({ designs }) => equalMatches(designs, subject))
      const matches = closestFirst([...equal, ...near])
      const copy = drop.designs.nextCopy(templateId, fingerprint.sha256)
      const said = saidBefore(catalog.decisions, shopId, fingerprint.sha256, sha256Of)
      const verdict = judge(policy, matches, said, copy)
      const outcome = 'waitFor' in verdict ? 'skip' : verdict.kind
      if (outcome === 'upload') drop.designs.addPending({ ...subject, shopId: '', fileName: source.fileName, copy })
      return { ...source, outcome, matches, failure: null }
    }

    const newThumbnail = (): string => smallThumbnailFile(folder, newId())
    const found = walk(paths, signal)
    for await (const examined of examineAll(found, imaging, ahead, isLooked ? newThumbnail : undefined)) {
      const file = await judgeFile(examined)
      const isPicture = file.failure === null || isToBeSeen(file.failure)
      counts[isPicture ? file.outcome : 'noPictures'] += 1
      emit(file)
    }
    return { ...counts, isWhole: !signal.aborted }
  }

  return async (request, signal, emit) => {
    if (catalog.shops.template(request.templateId) === null)
      return fail(failure('configuration', { says: 'no-template' }))
    if (isRunning) return fail(failure('conflict'))
    isRunning = true
    const scratch = openScratchDesigns()
    await rm(folder, { recursive: true, force: true })
    const drop = { designs: scratch.designs, index: createSimilarityIndex(scratch.designs, folder) }
    try {
      return ok(await run(request, drop, signal, emit))
    } finally {
      await drop.index.close()
      scratch.close()
      await rm(folder, { recursive: true, force: true })
      isRunning = false
    }
  }
}
