import type { Database } from 'better-sqlite3'
import type { Batch, Cancelled } from '../../shared/domain/batch.ts'
import { duplicatePolicySchema } from '../../shared/domain/match.ts'
import { asRead } from './as-read.ts'

const COLUMNS = `id, shop_id AS shopId, template_id AS templateId, created_at AS createdAt, policy, priority, state,
  ignored_count AS ignoredCount`

interface BatchRow extends Omit<Batch, 'policy'> {
  readonly policy: string
}

type Reopened = Pick<Cancelled, 'paths' | 'isPaused'>

/** What was dropped, batch by batch. */
export function createBatches(database: Database) {
  const insert = database.prepare(
    `INSERT INTO batches (id, shop_id, template_id, created_at, policy, priority, state, paths)
     VALUES (@id, @shopId, @templateId, @createdAt, @policy, @priority, @state, @paths)`,
  )
  const setState = database.prepare('UPDATE batches SET state = ? WHERE id = ?')
  const setPriority = database.prepare('UPDATE batches SET priority = ? WHERE id = ?')
  const endScan = database.prepare(
    `UPDATE batches SET paths = '[]', state = CASE state WHEN 'scanning' THEN 'active' ELSE state END WHERE id = ?`,
  )
  const setIgnored = database.prepare('UPDATE batches SET ignored_count = ? WHERE id = ?')
  const noteFailure = database.prepare('UPDATE batches SET failed_unseen = failed_unseen + 1 WHERE id = ?')
  const seeFailures = database.prepare('UPDATE batches SET failed_unseen = 0 WHERE id = ?')
  const failedUnseen = database.prepare<[string], number>('SELECT failed_unseen FROM batches WHERE id = ?').pluck()
  const clear = database
    .prepare<[number], string>(
      `UPDATE batches SET cleared = 1 WHERE state = 'ended' AND cleared = 0
         AND (? OR NOT EXISTS (SELECT 1 FROM items WHERE batch_id = batches.id AND stage = 'failed')) RETURNING id`,
    )
    .pluck()
  const unclear = database.prepare('UPDATE batches SET cleared = 0 WHERE id IN (SELECT value FROM json_each(?))')
  const reopen = database.prepare(
    `UPDATE batches SET cleared = 0, paths = @paths,
       state = CASE WHEN @isPaused THEN 'paused' WHEN @paths = '[]' THEN 'active' ELSE 'scanning' END
     WHERE id = @id AND state = 'ended'`,
  )
  const byId = database.prepare<[string], BatchRow>(`SELECT ${COLUMNS} FROM batches WHERE id = ?`)
  const pathsOf = database.prepare<[string], string>('SELECT paths FROM batches WHERE id = ?').pluck()
  const open = database.prepare<[], BatchRow>(
    `SELECT ${COLUMNS} FROM batches WHERE state <> 'ended' ORDER BY created_at, id`,
  )
  const shown = database.prepare<[], BatchRow>(
    `SELECT ${COLUMNS} FROM batches WHERE cleared = 0 ORDER BY created_at DESC, id LIMIT 200`,
  )

  return {
    add: (batch: Batch, paths: readonly string[]): void => {
      insert.run({ ...batch, policy: JSON.stringify(batch.policy), paths: JSON.stringify(paths) })
    },
    /** What was dropped and is not walked to its end yet; nothing once it is. */
    paths: (id: string): string[] => JSON.parse(pathsOf.get(id) ?? '[]'),
    /** The walk has come to its end, or goes no further. */
    endScan: (id: string): void => void endScan.run(id),
    setState: (id: string, state: Batch['state']): void => void setState.run(state, id),
    setPriority: (id: string, priority: Batch['priority']): void => void setPriority.run(priority, id),
    setIgnoredCount: (id: string, count: number): void => void setIgnored.run(count, id),
    /** One more file of it failed, and nobody has looked at that yet. */
    noteFailure: (id: string): void => void noteFailure.run(id),
    seeFailures: (id: string): void => void seeFailures.run(id),
    /** Since somebody looked; some of them may be put back to work since. */
    failedUnseen: (id: string): number => failedUnseen.get(id) ?? 0,
    /** Takes ended batches off the list, those with failures only when that is wished; their receipts stay. Returns their
     *  ids. */
    clearEnded: (withFailed: boolean): string[] => clear.all(withFailed ? 1 : 0),
    /** Puts them on the list again. */
    undoClear: (ids: readonly string[]): void => void unclear.run(JSON.stringify(ids)),
    /** An ended batch has work again, and is on the list; of a cancel that is taken back, with what was still to be walked.
     *  One that has not ended stays as it is. */
    reopen: (id: string, { paths, isPaused }: Reopened = { paths: [], isPaused: false }): void =>
      void reopen.run({ id, paths: JSON.stringify(paths), isPaused: isPaused ? 1 : 0 }),
    get: (id: string): Batch | null => asRead(byId.get(id), batchOf),
    /** Batches that have not ended, oldest first. */
    open: (): Batch[] => open.all().map(batchOf),
    /** What a person sees, newest first. */
    shown: (): Batch[] => shown.all().map(batchOf),
  }
}

function batchOf({ policy, ...row }: BatchRow): Batch {
  return { ...row, policy: duplicatePolicySchema.parse(JSON.parse(policy)) }
}
