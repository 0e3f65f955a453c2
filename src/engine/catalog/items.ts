import { dirname, sep } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { FailureCode } from '../../shared/domain/failure.ts'
import type { Decided, Item, ItemState, SourceFile } from '../../shared/domain/item.ts'
import { type Phase, type Stage, stagesWhere } from '../../shared/domain/stages.ts'
import type { ResumePoint } from '../../shared/worker/transfer.ts'
import { asRead, statementsOf } from './statements.ts'

const COLUMNS = `id, batch_id AS batchId, shop_id AS shopId, template_id AS templateId, seq, path, file_name AS fileName,
  size_bytes AS sizeBytes, mtime_ms AS mtimeMs, stage, state, attempts, worker_deaths AS workerDeaths, copy, decided, reserved`

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
const UNMATCHED = inPhases('new', 'examined')
const OPEN = inPhases('new', 'examined', 'asked', 'to-send', 'stored')
/** May still be stored without a person. */
const COMING = inPhases('new', 'examined', 'to-send')
const NOT_STORED = inPhases('new', 'examined', 'asked', 'to-send')
/** No upload is coming for it. */
const SENT = inPhases('stored', 'ended')

const NO_INTENT = { number: null, finalName: null, attempt: null, isClaimed: false, sha256: null }
const NO_RESUME_POINT = { attempt: null, offset: null, isClosed: false }

/** Items read at a time. */
const PAGE = 100

/** The files of batches and their stages. */
export type Items = ReturnType<typeof createItems>

export function createItems(database: Database) {
  const { run, set, row, rows, value, values, count, has } = statementsOf(database)
  const insert = run(
    `INSERT INTO items (id, batch_id, shop_id, template_id, seq, path, file_name, size_bytes, mtime_ms, stage, state)
     VALUES (@id, @batchId, @shopId, @templateId, @seq, @path, @fileName, @sizeBytes, @mtimeMs, 'accepted', '{}')`,
  )
  const update = run(
    `UPDATE items SET stage = @stage, state = @state, attempts = @attempts, worker_deaths = @workerDeaths, copy = @copy,
       decided = @decided, reserved = @reserved, size_bytes = @sizeBytes, mtime_ms = @mtimeMs WHERE id = @id`,
  )
  const byId = row<[id: string], ItemRow>(`SELECT ${COLUMNS} FROM items WHERE id = ?`)
  const ofBatch = rows<[batchId: string, after: number, limit: number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE batch_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  )
  const inStage = rows<[batchId: string, stage: Stage, except: readonly string[], limit: number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE batch_id = ? AND stage = ?
       AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?`,
  )
  const firstUnexamined = value<[batchId: string, stage: Stage], number>(
    'SELECT seq FROM items WHERE batch_id = ? AND stage = ? AND attempts = 0 ORDER BY seq LIMIT 1',
  )
  const anyIn = (stages: readonly Stage[]) =>
    has<[batchId: string]>(`SELECT 1 FROM items WHERE batch_id = ? AND stage IN ${listOf(stages)} LIMIT 1`)
  const ends = row<[batchId: string], { first: string | null; last: string | null }>(
    'SELECT min(path) AS first, max(path) AS last FROM items WHERE batch_id = ?',
  )
  const claimed = rows<[], ItemRow>(
    `SELECT ${COLUMNS} FROM items
     WHERE batch_id IN (SELECT id FROM batches WHERE state <> 'ended') AND stage IN ${listOf(IN_HAND)}`,
  )
  const setAttemptAtLeast = run<[attempt: number, id: string]>(
    'UPDATE items SET upload_attempt = max(upload_attempt, ?) WHERE id = ?',
  )
  const intent = row<[id: string], Omit<RenameIntent, 'isClaimed'> & { claimed: number }>(
    `SELECT number, final_name AS finalName, intent_attempt AS attempt, intent_claimed AS claimed,
       nullif(lower(hex(intent_sha256)), '') AS sha256 FROM items WHERE id = ? AND number IS NOT NULL`,
  )
  const setIntent = run(
    `UPDATE items SET number = @number, final_name = @finalName, intent_attempt = @attempt, intent_claimed = @isClaimed,
       intent_sha256 = unhex(@sha256) WHERE id = @id`,
  )
  const reservedIn = rows<[templateId: string, first: number, last: number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE template_id = ? AND reserved BETWEEN ? AND ? AND number IS NULL
     ORDER BY reserved`,
  )
  const resumePoint = row<[id: string], Omit<ResumePoint, 'isClosed'> & { closed: number }>(
    `SELECT resume_attempt AS attempt, resume_offset AS offset, resume_closed AS closed FROM items
     WHERE id = ? AND resume_attempt IS NOT NULL`,
  )
  const setResumePoint = run(
    'UPDATE items SET resume_attempt = @attempt, resume_offset = @offset, resume_closed = @isClosed WHERE id = @id',
  )

  // The plus keeps SQLite from the index of stages, by which it would read all that is done.
  const isSweepable = `upload_attempt > swept_attempt AND +stage IN ${listOf(SENT)}`
  type UnsweptRow = ItemRow & { readonly uploadAttempt: number }
  const isKept = `+stage = 'cancelled' AND resume_attempt IS NOT NULL AND ifnull(part_kept_until > ?, FALSE)`
  const unswept = rows<
    [now: number, exceptShops: readonly string[], except: readonly string[], limit: number],
    UnsweptRow
  >(
    `SELECT ${COLUMNS}, upload_attempt AS uploadAttempt FROM items WHERE ${isSweepable} AND NOT (${isKept})
       AND shop_id NOT IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`,
  )

  return {
    add: (id: string, batchId: string, shopId: string, templateId: string, seq: number, source: SourceFile): void =>
      insert({ id, batchId, shopId, templateId, seq, ...source }),
    save: (item: Item): void => {
      const { stage, ...rest } = item.state
      const { sizeBytes, mtimeMs } = item.source
      const { id, attempts, workerDeaths, copy, reserved } = item
      const decided = item.decided === null ? null : JSON.stringify(item.decided)
      const data = { stage, state: JSON.stringify(rest), attempts, workerDeaths, copy, decided, reserved }
      update({ id, ...data, sizeBytes, mtimeMs })
    },
    get: (id: string): Item | null => asRead(byId(id), itemOf),
    /** Those of the ids that items have. */
    among: values<[ids: readonly string[]], string>(
      'SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?))',
    ),
    /** In the order of the drop, read as they are taken: an item is large, by what its picture is known by. */
    *ofBatch(batchId: string): Generator<Item, void, void> {
      for (let after: number | undefined = -1; after !== undefined; ) {
        const page = ofBatch(batchId, after, PAGE)
        for (const found of page) yield itemOf(found)
        after = page.at(-1)?.seq
      }
    },
    /** Paths already accepted into the batch. */
    pathsOf: values<[batchId: string], string>('SELECT path FROM items WHERE batch_id = ?'),
    /** In order of the drop, without those in `except`. */
    inStage: (...which: Parameters<typeof inStage>): Item[] => inStage(...which).map(itemOf),
    /** Position of the first item of the batch that is still to be looked at; items behind it are not matched yet, so
     *  that of two twins the first of the drop is always the one that is kept. */
    firstUnexamined: (batchId: string): number =>
      Math.min(...UNEXAMINED.map((stage) => firstUnexamined(batchId, stage) ?? Number.POSITIVE_INFINITY)),
    /** Some item of the batch has not ended. */
    isOpen: anyIn(OPEN),
    /** Some item of the batch may still be stored without a person. */
    isComing: anyIn(COMING),
    /** Items of the template that are to be compared, where nobody paused them. */
    countUnmatched: count<[templateId: string]>(
      `SELECT count(*) FROM items
       WHERE batch_id IN (SELECT id FROM batches WHERE template_id = ? AND state NOT IN ('ended', 'paused'))
         AND stage IN ${listOf(UNMATCHED)}`,
    ),
    counts: rows<[batchId: string], { stage: Stage; count: number; bytes: number }>(
      'SELECT stage, count(*) AS count, sum(size_bytes) AS bytes FROM items WHERE batch_id = ? GROUP BY stage',
    ),
    /** Of the failed items, those with one of the codes. */
    failedWith: count<[batchId: string, codes: readonly FailureCode[]]>(
      `SELECT count(*) FROM items WHERE batch_id = ? AND stage = 'failed'
         AND state ->> '$.failure.code' IN (SELECT value FROM json_each(?))`,
    ),
    /** The folder that all of the batch's files lie in or below; null while there are none. */
    folderOf(batchId: string): string | null {
      const { first = null, last = null } = ends(batchId) ?? {}
      return first === null || last === null ? null : commonFolder(first, last)
    },
    /** Those of which preflight warned, and that are not left out. */
    warnedOf: count<[batchId: string]>(
      `SELECT count(*) FROM items WHERE batch_id = ? AND stage <> 'cancelled'
         AND json_array_length(state, '$.examination.preflight.warnings') > 0`,
    ),
    /** Items that a process was working on: at start, a dead one's. */
    claimed: (): Item[] => claimed().map(itemOf),
    /** Counts one more upload of the item, of these bytes; its temporary name carries the number. What an upload of other
     *  bytes has on the NAS is nothing to go on from. */
    nextUploadAttempt: count<[of: { readonly id: string; readonly sha256: string }]>(
      `UPDATE items SET upload_attempt = upload_attempt + 1, upload_sha256 = unhex(@sha256),
         resume_attempt = CASE WHEN upload_sha256 = unhex(@sha256) THEN resume_attempt END
       WHERE id = @id RETURNING upload_attempt`,
    ),
    /** The upload that was counted last did not take place, or left nothing: its number is the next one's, and there is
     *  nothing of it to go on from. */
    returnUploadAttempt: run<[id: string]>(
      `UPDATE items SET upload_attempt = upload_attempt - 1, resume_attempt = nullif(resume_attempt, upload_attempt)
       WHERE id = ?`,
    ),
    /** So many attempts of it were made at least; of an item that is not here, nothing. */
    setAttemptAtLeast: (id: string, attempt: number): void => setAttemptAtLeast(attempt, id),
    intent: (id: string): RenameIntent | null =>
      asRead(intent(id), ({ claimed: isClaimed, ...promised }) => ({ ...promised, isClaimed: isClaimed === 1 })),
    setIntent: (id: string, to: RenameIntent | null): void => setIntent({ id, ...(to ?? NO_INTENT) }),
    /** The number of the item's file to be; null: none. */
    setReserved: set<number | null>('items', 'reserved'),
    /** Items with a number in that range whose names nobody was promised yet, in order of their numbers. */
    reservedIn: (...which: Parameters<typeof reservedIn>): Item[] => reservedIn(...which).map(itemOf),
    /** Has an empty file of ours the name of the item's intent? */
    setClaimed: set<boolean>('items', 'intent_claimed'),
    /** Items that no upload is coming for, of whose attempts 1 to `attempts` some may have left its temporary file. */
    unswept: (...which: Parameters<typeof unswept>) =>
      unswept(...which).map(({ uploadAttempt, ...left }) => ({ item: itemOf(left), attempts: uploadAttempt })),
    isUnswept: has<[batchId: string, now: number]>(
      `SELECT 1 FROM items WHERE batch_id = ? AND ${isSweepable} AND NOT (${isKept}) LIMIT 1`,
    ),
    /** What the item's upload has on the NAS is not swept until then, though it was cancelled. */
    keepPart: set<number>('items', 'part_kept_until'),
    /** When the next part is kept no longer, in ms since 1970. */
    nextKeptUntil: value<[now: number], number>(
      `SELECT min(part_kept_until) FROM items WHERE upload_attempt > swept_attempt AND ${isKept}`,
    ),
    /** What is kept no longer may be swept at this moment: there is nothing to go on from. */
    dropStalePart: run<[id: string, now: number]>(
      'UPDATE items SET resume_attempt = NULL WHERE id = ? AND ifnull(part_kept_until <= ?, TRUE)',
    ),
    /** Items of the template that may go on from what an upload of theirs left on the NAS. */
    resumable: values<[templateId: string], string>(
      `SELECT id FROM items WHERE template_id = ? AND upload_attempt > 0 AND stage IN ${listOf(NOT_STORED)}`,
    ),
    /** The temporary files of the item's attempts up to this one are gone. */
    setSwept: set<number>('items', 'swept_attempt'),
    /** What a cut or stopped upload of the item has on the NAS for certain. */
    resumePoint: (id: string): ResumePoint | null =>
      asRead(resumePoint(id), ({ closed, ...point }) => ({ ...point, isClosed: closed === 1 })),
    setResumePoint: (id: string, to: ResumePoint | null): void => setResumePoint({ id, ...(to ?? NO_RESUME_POINT) }),
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
