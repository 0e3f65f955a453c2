import { dirname, sep } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { FailureCode } from '../../shared/domain/failure.ts'
import type { Decided, Item, ItemState, SourceFile } from '../../shared/domain/item.ts'
import { type Phase, type Stage, stagesWhere } from '../../shared/domain/stages.ts'
import type { ResumePoint } from '../../shared/worker/transfer.ts'
import { asRead } from './as-read.ts'

const COLUMNS = `id, batch_id AS batchId, shop_id AS shopId, template_id AS templateId, seq, path, file_name AS fileName,
  size_bytes AS sizeBytes, mtime_ms AS mtimeMs, stage, state, attempts, worker_deaths AS workerDeaths, copy, decided`

interface ItemRow extends Omit<Item, 'source' | 'state' | 'decided'>, SourceFile {
  readonly stage: Stage
  readonly state: string
  readonly decided: string | null
}

/** What was promised for an item's rename, before it was sent. */
export interface RenameIntent {
  readonly number: number
  readonly finalName: string
  readonly attempt: number
  /** An empty file of ours claims the name on the NAS. */
  readonly isClaimed: boolean
  /** SHA-256 of the bytes that are to have the name; null where an older Galley promised it. */
  readonly sha256: string | null
}

const UNEXAMINED = inPhases('new')
const IN_HAND = stagesWhere(({ releasedTo }) => releasedTo !== undefined)
const OPEN = inPhases('new', 'examined', 'asked', 'to-send', 'stored')
/** May still be stored without a person. */
const COMING = inPhases('new', 'examined', 'to-send')
const NOT_STORED = inPhases('new', 'examined', 'asked', 'to-send')
/** No upload is coming for it. */
const SENT = inPhases('stored', 'ended')

/** Items read at a time. */
const PAGE = 100

/** The files of batches and their stages. */
export type Items = ReturnType<typeof createItems>

export function createItems(database: Database) {
  const insert = database.prepare(
    `INSERT INTO items (id, batch_id, shop_id, template_id, seq, path, file_name, size_bytes, mtime_ms, stage, state)
     VALUES (@id, @batchId, @shopId, @templateId, @seq, @path, @fileName, @sizeBytes, @mtimeMs, 'accepted', '{}')`,
  )
  const update = database.prepare(
    `UPDATE items SET stage = @stage, state = @state, attempts = @attempts, worker_deaths = @workerDeaths, copy = @copy,
       decided = @decided, size_bytes = @sizeBytes, mtime_ms = @mtimeMs WHERE id = @id`,
  )
  const byId = database.prepare<[string], ItemRow>(`SELECT ${COLUMNS} FROM items WHERE id = ?`)
  const ofBatch = database.prepare<[string, number, number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE batch_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  )
  const pathsOf = database.prepare<[string], string>('SELECT path FROM items WHERE batch_id = ?').pluck()
  const inStage = database.prepare<[string, string, string, number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE batch_id = ? AND stage = ?
       AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?`,
  )
  const firstUnexamined = database
    .prepare<[string, string], number>(
      'SELECT seq FROM items WHERE batch_id = ? AND stage = ? AND attempts = 0 ORDER BY seq LIMIT 1',
    )
    .pluck()
  const anyIn = (stages: readonly Stage[]) =>
    database.prepare<[string]>(`SELECT 1 FROM items WHERE batch_id = ? AND stage IN ${listOf(stages)} LIMIT 1`)
  const [isOpen, isComing] = [anyIn(OPEN), anyIn(COMING)]
  const counts = database.prepare<[string], { stage: Stage; count: number; bytes: number }>(
    'SELECT stage, count(*) AS count, sum(size_bytes) AS bytes FROM items WHERE batch_id = ? GROUP BY stage',
  )
  const warned = database
    .prepare<[string], number>(
      `SELECT count(*) FROM items WHERE batch_id = ? AND stage <> 'cancelled'
         AND json_array_length(state, '$.examination.preflight.warnings') > 0`,
    )
    .pluck()
  const failedWith = database
    .prepare<[string, string], number>(
      `SELECT count(*) FROM items WHERE batch_id = ? AND stage = 'failed'
         AND state ->> '$.failure.code' IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
  const ends = database.prepare<[string], { first: string | null; last: string | null }>(
    'SELECT min(path) AS first, max(path) AS last FROM items WHERE batch_id = ?',
  )
  const claimed = database.prepare<[], ItemRow>(
    `SELECT ${COLUMNS} FROM items
     WHERE batch_id IN (SELECT id FROM batches WHERE state <> 'ended') AND stage IN ${listOf(IN_HAND)}`,
  )
  const nextAttempt = database
    .prepare<[string], number>(
      'UPDATE items SET upload_attempt = upload_attempt + 1 WHERE id = ? RETURNING upload_attempt',
    )
    .pluck()
  const returnAttempt = database.prepare(
    `UPDATE items SET upload_attempt = upload_attempt - 1, resume_attempt = nullif(resume_attempt, upload_attempt)
     WHERE id = ?`,
  )
  const setAttemptAtLeast = database.prepare('UPDATE items SET upload_attempt = max(upload_attempt, ?) WHERE id = ?')
  const intent = database.prepare<
    [string],
    { number: number | null; finalName: string; attempt: number; claimed: number; sha256: string | null }
  >(
    `SELECT number, final_name AS finalName, intent_attempt AS attempt, intent_claimed AS claimed,
       lower(hex(intent_sha256)) AS sha256 FROM items WHERE id = ?`,
  )
  const setIntent = database.prepare(
    `UPDATE items SET number = ?, final_name = ?, intent_attempt = ?, intent_claimed = ?, intent_sha256 = unhex(?)
     WHERE id = ?`,
  )
  const setClaimed = database.prepare('UPDATE items SET intent_claimed = ? WHERE id = ?')
  const resumePoint = database.prepare<[string], { attempt: number; offset: number; closed: number }>(
    `SELECT resume_attempt AS attempt, resume_offset AS offset, resume_closed AS closed FROM items
     WHERE id = ? AND resume_attempt IS NOT NULL`,
  )
  const setResumePoint = database.prepare(
    'UPDATE items SET resume_attempt = ?, resume_offset = ?, resume_closed = ? WHERE id = ?',
  )

  // The plus keeps SQLite from the index of stages, by which it would read all that is done.
  const isSweepable = `upload_attempt > swept_attempt AND +stage IN ${listOf(SENT)}`
  const unswept = database.prepare<[string, string, number], ItemRow & { uploadAttempt: number }>(
    `SELECT ${COLUMNS}, upload_attempt AS uploadAttempt FROM items WHERE ${isSweepable} AND shop_id NOT IN (SELECT value FROM json_each(?))
       AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  )
  const isUnswept = database
    .prepare<[string], number>(`SELECT 1 FROM items WHERE batch_id = ? AND ${isSweepable} LIMIT 1`)
    .pluck()
  const resumable = database
    .prepare<[string], string>(
      `SELECT id FROM items WHERE template_id = ? AND upload_attempt > 0 AND stage IN ${listOf(NOT_STORED)}`,
    )
    .pluck()
  const setSwept = database.prepare('UPDATE items SET swept_attempt = ? WHERE id = ?')

  return {
    add: (id: string, batchId: string, shopId: string, templateId: string, seq: number, source: SourceFile): void => {
      insert.run({ id, batchId, shopId, templateId, seq, ...source })
    },
    save: (item: Item): void => {
      const { stage, ...data } = item.state
      const { sizeBytes, mtimeMs } = item.source
      const { id, attempts, workerDeaths, copy } = item
      const decided = item.decided === null ? null : JSON.stringify(item.decided)
      update.run({ id, stage, state: JSON.stringify(data), attempts, workerDeaths, copy, decided, sizeBytes, mtimeMs })
    },
    get: (id: string): Item | null => asRead(byId.get(id), itemOf),
    /** In the order of the drop, read as they are taken: an item is large, by what its picture is known by. */
    *ofBatch(batchId: string): Generator<Item, void, void> {
      for (let after: number | undefined = -1; after !== undefined; ) {
        const rows = ofBatch.all(batchId, after, PAGE)
        for (const row of rows) yield itemOf(row)
        after = rows.at(-1)?.seq
      }
    },
    /** Paths already accepted into the batch. */
    pathsOf: (batchId: string): string[] => pathsOf.all(batchId),
    /** In order of the drop, without those in `except`. */
    inStage: (batchId: string, stage: Stage, except: readonly string[], limit: number): Item[] =>
      inStage.all(batchId, stage, JSON.stringify(except), limit).map(itemOf),
    /** Position of the first item of the batch that is still to be looked at; items behind it are not matched yet, so
     *  that of two twins the first of the drop is always the one that is kept. */
    firstUnexamined: (batchId: string): number =>
      Math.min(...UNEXAMINED.map((stage) => firstUnexamined.get(batchId, stage) ?? Number.POSITIVE_INFINITY)),
    /** Some item of the batch has not ended. */
    isOpen: (batchId: string): boolean => isOpen.get(batchId) !== undefined,
    /** Some item of the batch may still be stored without a person. */
    isComing: (batchId: string): boolean => isComing.get(batchId) !== undefined,
    counts: (batchId: string) => counts.all(batchId),
    /** Of the failed items, those with one of the codes. */
    failedWith: (batchId: string, codes: readonly FailureCode[]): number =>
      failedWith.get(batchId, JSON.stringify(codes)) ?? 0,
    /** The folder that all of the batch's files lie in or below; null while there are none. */
    folderOf(batchId: string): string | null {
      const { first = null, last = null } = ends.get(batchId) ?? {}
      return first === null || last === null ? null : commonFolder(first, last)
    },
    /** Those of which preflight warned, and that are not left out. */
    warnedOf: (batchId: string): number => warned.get(batchId) ?? 0,
    /** Items that a process was working on: at start, a dead one's. */
    claimed: (): Item[] => claimed.all().map(itemOf),
    /** Counts one more upload of the item; its temporary name carries the number. */
    nextUploadAttempt: (id: string): number => nextAttempt.get(id) ?? 1,
    /** The upload that was counted last did not take place, or left nothing: its number is the next one's, and there is
     *  nothing of it to go on from. */
    returnUploadAttempt: (id: string): void => void returnAttempt.run(id),
    /** So many attempts of it were made at least; of an item that is not here, nothing. */
    setAttemptAtLeast: (id: string, attempt: number): void => void setAttemptAtLeast.run(attempt, id),
    intent: (id: string): RenameIntent | null => {
      const row = intent.get(id)
      if (row === undefined || row.number === null) return null
      const { claimed, number, sha256, ...rest } = row
      return { ...rest, number, isClaimed: claimed === 1, sha256: sha256 === '' ? null : sha256 }
    },
    setIntent: (id: string, to: RenameIntent | null): void => {
      const { number = null, finalName = null, attempt = null, isClaimed = false, sha256 = null } = to ?? {}
      setIntent.run(number, finalName, attempt, isClaimed ? 1 : 0, sha256, id)
    },
    /** Has an empty file of ours the name of the item's intent? */
    setClaimed: (id: string, isClaimed: boolean): void => void setClaimed.run(isClaimed ? 1 : 0, id),
    /** Items that no upload is coming for, of whose attempts 1 to `attempts` some may have left its temporary file. */
    unswept: (exceptShops: readonly string[], except: readonly string[], limit: number) =>
      unswept
        .all(JSON.stringify(exceptShops), JSON.stringify(except), limit)
        .map(({ uploadAttempt, ...row }) => ({ item: itemOf(row), attempts: uploadAttempt })),
    isUnswept: (batchId: string): boolean => isUnswept.get(batchId) !== undefined,
    /** Items of the template that may go on from what an upload of theirs left on the NAS. */
    resumable: (templateId: string): string[] => resumable.all(templateId),
    /** The temporary files of the item's attempts up to this one are gone. */
    setSwept: (id: string, attempts: number): void => void setSwept.run(attempts, id),
    /** What a cut or stopped upload of the item has on the NAS for certain. */
    resumePoint: (id: string): ResumePoint | null =>
      asRead(resumePoint.get(id), ({ closed, ...point }) => ({ ...point, isClosed: closed === 1 })),
    setResumePoint: (id: string, to: ResumePoint | null): void => {
      setResumePoint.run(to?.attempt ?? null, to?.offset ?? null, to?.isClosed === true ? 1 : 0, id)
    },
  }
}

function inPhases(...phases: readonly Phase[]): readonly Stage[] {
  return stagesWhere(({ phase }) => phases.includes(phase))
}

/** As SQL writes it. */
function listOf(stages: readonly Stage[]): string {
  return `(${stages.map((stage) => `'${stage}'`).join(', ')})`
}

function itemOf({ path, fileName, sizeBytes, mtimeMs, stage, state, decided, ...row }: ItemRow): Item {
  return {
    ...row,
    source: { path, fileName, sizeBytes, mtimeMs },
    // Both written by `save` from the same types of the same program version; migrations carry them on.
    decided: decided === null ? null : (JSON.parse(decided) as Decided),
    state: { stage, ...JSON.parse(state) } as ItemState,
  }
}

/** In order of their spelling, what the first and the last of paths have in common, all of them have. */
export function commonFolder(first: string, last: string): string {
  const [a, b] = [dirname(first).split(sep), dirname(last).split(sep)]
  const differs = a.findIndex((part, at) => part !== b[at])
  return (differs === -1 ? a : a.slice(0, differs)).join(sep)
}
