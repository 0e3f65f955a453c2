import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { Kysely } from 'kysely'
import type { ShopMockup } from '../../shared/api/mockups.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import { failure } from '../../shared/domain/failure.ts'
import { picturesOf } from '../../shared/domain/mockup.ts'
import { MOCKUPS_FOLDER } from '../../shared/domain/mockup-name.ts'
import { pathAt, pathBelow, staysBelow } from '../../shared/domain/place.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { DrawnFile } from '../../shared/worker/mockups.ts'
import type { Tables } from '../database/tables.ts'
import { readBlob } from '../records/blobs.ts'
import { countTry, type DueMockup, noteMade, readDue } from './due-mockups.ts'
import type { AccessOf } from './nas-access.ts'
import type { WorkerProcesses } from './processes.ts'

export interface MakingParts {
  readonly db: Kysely<Tables>
  readonly processes: WorkerProcesses
  readonly access: AccessOf
  /** For files that are on their way. */
  readonly scratchFolder: string
}

/** Makes the mockups that a design lacks, each beside it on the NAS and in a row. However often, and by however many at a
 *  time: what is there is found by its bytes. `onMade` hears of each. */
export async function makeMockups(
  parts: MakingParts,
  shopId: string,
  designId: string,
  onMade: () => Promise<void>,
): Promise<Result<null>> {
  const { db, scratchFolder } = parts
  const design = await readDue(db, shopId, designId)
  if (design === null) return ok(null)
  const { record, due } = design
  if (due.length === 0) return ok(null)
  const opened = await openNas(parts, shopId, record)
  if (!opened.ok) return opened
  const lacking = await fetchPictures(parts, shopId, due)
  if (!lacking.ok) return lacking
  const folder = join(scratchFolder, randomUUID())
  try {
    const drawn = await draw(parts, shopId, record, opened.value, due, folder)
    if (!drawn.ok) return drawn
    const tries = await countTry(db, shopId, designId)
    for (const [i, one] of due.entries()) {
      const file = drawn.value[i]
      if (file === undefined) throw new Error('fewer files were drawn than wanted')
      const stored = await store(parts, shopId, posix.dirname(opened.value), one, file, { tries, designId, folder })
      if (!stored.ok) return stored
      await noteMade(db, shopId, record, one, file.sha256)
      await onMade()
    }
    return ok(null)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives the transfer process its access, and answers the design's path there. `place-other` where the folder is not the place
 *  in which the record says that it lies. */
async function openNas(parts: MakingParts, nasId: string, record: DesignRecord): Promise<Result<string>> {
  const { db, processes } = parts
  const access = await parts.access(db, nasId)
  if (!access.ok) return access
  const opened = await processes.transfer.call('openNas', { nasId, access: access.value })
  if (!opened.ok) return opened
  const { placeId, remotePath } = record
  const { root } = access.value.nas
  const isPlaced = placeId !== undefined && record.path !== undefined
  const path = isPlaced ? record.path : pathBelow(root, remotePath)
  // Whoever says so: nothing is read or written outside of the shop's folder.
  if (path == null || !staysBelow(path)) return fail(failure('design-gone', remotePath))
  if (!isPlaced) return ok(remotePath)
  const mark = await processes.transfer.call('readPlace', { nasId })
  if (!mark.ok) return mark
  const { ids, obstacle } = mark.value
  if (obstacle !== null) return fail(obstacle)
  if (!ids.includes(placeId)) return fail(failure('place-other'))
  return ok(pathAt(root, path))
}

/** Every picture of the mockups in the scratch folder. */
async function fetchPictures(
  { db, scratchFolder }: MakingParts,
  shopId: string,
  due: readonly DueMockup[],
): Promise<Result<null>> {
  const folder = picturesIn(scratchFolder)
  await mkdir(folder, { recursive: true })
  for (const { mockup } of due) {
    for (const sha256 of picturesOf(mockup)) {
      const path = join(folder, sha256)
      if (existsSync(path)) continue
      const bytes = await readBlob(db, shopId, sha256)
      if (bytes === null) return fail(failure('mockup-picture-gone', { says: 'of-mockup', name: mockup.name }))
      const part = `${path}.${randomUUID()}`
      await writeFile(part, bytes)
      await rename(part, path)
    }
  }
  return ok(null)
}

function picturesIn(scratchFolder: string): string {
  return join(scratchFolder, 'pictures')
}

async function draw(
  { processes, scratchFolder }: MakingParts,
  nasId: string,
  { id, storedSha256, fileName }: DesignRecord,
  remotePath: string,
  due: readonly DueMockup[],
  folder: string,
): Promise<Result<readonly DrawnFile[]>> {
  const got = await processes.transfer.call('get', {
    nasId,
    designId: id,
    remotePath,
    sha256: storedSha256,
    folder,
    fileName,
  })
  if (!got.ok) return got
  return processes.drawing.call('draw', {
    path: got.value.path,
    folder: picturesIn(scratchFolder),
    wanted: due.map(({ mockup }) => ({ drawing: drawingOf(mockup), to: drawnPath(folder, mockup) })),
  })
}

function drawingOf({ photo, placements, quality, watermark }: ShopMockup) {
  return { photo, placements, quality, watermark }
}

function drawnPath(folder: string, { id }: ShopMockup): string {
  return join(folder, `${id}.jpg`)
}

interface Attempt {
  readonly tries: number
  readonly designId: string
  readonly folder: string
}

/** Under its name beside the design: at once where it stands there already, in place of what we put there before, and never in
 *  place of anything else. */
async function store(
  { processes }: MakingParts,
  nasId: string,
  designFolder: string,
  { mockup, fileName, before }: DueMockup,
  { sha256, sizeBytes, mtimeMs }: DrawnFile,
  { tries, designId, folder }: Attempt,
): Promise<Result<null>> {
  const remoteDir = posix.join(designFolder, MOCKUPS_FOLDER)
  const itemId = itemIdOf(designId, mockup.id)
  if (tries > 1) {
    const swept = await processes.transfer.call('sweep', { nasId, itemId, remoteDir, attempts: tries - 1 })
    if (!swept.ok) return swept
  }
  const path = drawnPath(folder, mockup)
  const put = await processes.put(
    {
      nasId,
      itemId,
      attempt: tries,
      source: { path, fileName, sizeBytes, mtimeMs },
      sha256,
      remoteDir,
      verify: 'read-back',
      settle: { fileName, attempt: tries },
      ...(before === null ? {} : { replaces: { fileName } }),
    },
    { fileName, replaces: before?.sha256 ?? null },
  )
  if (!put.ok) return put
  const { keptPath } = put.value
  // A mockup that was only drawn anew is of no use any more; one of a design that was replaced is kept like that one.
  if (keptPath === null || before?.designId !== designId) return ok(null)
  return processes.transfer.call('dropKept', { nasId, keptPaths: [keptPath] })
}

/** Of a design's file on a mockup: by it temporary files are called. */
function itemIdOf(designId: string, mockupId: string): string {
  const hex = createHash('sha256').update(`${designId} ${mockupId}`).digest('hex')
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
