import type { Database } from 'better-sqlite3'
import type { Batch, Cancelled } from '../../shared/domain/batch.ts'
import { codesWhere } from '../../shared/domain/failure.ts'
import { duplicatePolicySchema } from '../../shared/domain/match.ts'
import { asRead, statementsOf } from './statements.ts'

const COLUMNS = `id, shop_id AS shopId, template_id AS templateId, created_at AS createdAt, policy, priority, state,
  ignored_count AS ignoredCount, json_array_length(links_out) AS linksOut`

interface BatchRow extends Omit<Batch, 'policy'> {
  readonly policy: string
}

type Reopened = Pick<Cancelled, 'paths' | 'isPaused'>

interface ClearWish {
  readonly withFailed: boolean
  readonly shopId: string | null
}

/** What was dropped, batch by batch. */
export function createBatches(database: Database) {
  const { run, set, row, rows, value, values, count } = statementsOf(database)
  const insert = run(
    `INSERT INTO batches (id, shop_id, template_id, created_at, policy, priority, state, paths, follows_links)
     VALUES (@id, @shopId, @templateId, @createdAt, @policy, @priority, @state, @paths, @followsLinks)`,
  )
  const reopen = run(
    `UPDATE batches SET cleared = 0, paths = @paths,
       state = CASE WHEN @isPaused THEN 'paused' WHEN @paths = '[]' THEN 'active' ELSE 'scanning' END
     WHERE id = @id AND state = 'ended'`,
  )
  const byId = row<[id: string], BatchRow>(`SELECT ${COLUMNS} FROM batches WHERE id = ?`)
  const followsLinks = value<[id: string], number>('SELECT follows_links FROM batches WHERE id = ?')
  const takeLinks = value<[id: string], string>(
    `UPDATE batches SET cleared = 0, follows_links = 1, paths = links_out, links_out = '[]',
       state = CASE state WHEN 'paused' THEN 'paused' ELSE 'scanning' END
     WHERE id = ? AND links_out <> '[]' AND paths = '[]' RETURNING id`,
  )
  const pathsOf = value<[id: string], string>('SELECT paths FROM batches WHERE id = ?')
  const open = rows<[], BatchRow>(`SELECT ${COLUMNS} FROM batches WHERE state <> 'ended' ORDER BY created_at, id`)
  const shown = rows<[], BatchRow>(
    `SELECT ${COLUMNS} FROM batches WHERE id IN
       (SELECT id FROM batches WHERE cleared = 0 ORDER BY created_at DESC, id LIMIT 200)
       OR (state <> 'ended' AND cleared = 0) ORDER BY created_at DESC, id`,
  )

  const clearEnded = values<[ClearWish & { readonly noPicture: readonly string[] }], string>(
    `UPDATE batches SET cleared = 1 WHERE state = 'ended' AND cleared = 0
       AND (@shopId IS NULL OR shop_id = @shopId)
       AND (@withFailed OR NOT EXISTS (SELECT 1 FROM items WHERE batch_id = batches.id AND stage = 'failed'
         AND state ->> '$.failure.code' NOT IN (SELECT value FROM json_each(@noPicture)))) RETURNING id`,
  )

  return {
    add: (batch: Batch, paths: readonly string[], followsLinks = false): void =>
      insert({ ...batch, policy: JSON.stringify(batch.policy), paths, followsLinks }),
    /** What was dropped and is not walked to its end yet; nothing once it is. */
    paths: (id: string): string[] => JSON.parse(pathsOf(id) ?? '[]'),
    /** The walk has come to its end, or goes no further. */
    endScan: run<[id: string]>(
      `UPDATE batches SET paths = '[]', state = CASE state WHEN 'scanning' THEN 'active' ELSE state END WHERE id = ?`,
    ),
    setState: set<Batch['state']>('batches', 'state'),
    setPriority: set<Batch['priority']>('batches', 'priority'),
    /** Are links followed wherever they lead? */
    followsLinks: (id: string): boolean => followsLinks(id) === 1,
    setLinksOut: set<readonly string[]>('batches', 'links_out'),
    /** Links that lead out of what was dropped are to be walked, too, and followed from now on. False where there are none. */
    takeLinks: (id: string): boolean => takeLinks(id) !== null,
    setIgnoredCount: set<number>('batches', 'ignored_count'),
    /** One more file of it failed, and nobody has looked at that yet. */
    noteFailure: run<[id: string]>('UPDATE batches SET failed_unseen = failed_unseen + 1 WHERE id = ?'),
    seeFailures: run<[id: string]>('UPDATE batches SET failed_unseen = 0 WHERE id = ?'),
    /** Since somebody looked; some of them may be put back to work since. */
    failedUnseen: count<[id: string]>('SELECT failed_unseen FROM batches WHERE id = ?'),
    /** Takes ended batches off the list, of one shop or for null of all, those with failures only when that is wished; of what is
     *  no picture none is one. Their receipts stay. Returns their ids. */
    clearEnded: (wish: ClearWish): string[] =>
      clearEnded({ ...wish, noPicture: codesWhere(({ isNoPicture }) => isNoPicture === true) }),
    /** Puts them on the list again. */
    undoClear: run<[ids: readonly string[]]>(
      'UPDATE batches SET cleared = 0 WHERE id IN (SELECT value FROM json_each(?))',
    ),
    /** An ended batch has work again, and is on the list; of a cancel that is taken back, with what was still to be walked.
     *  One that has not ended stays as it is. */
    reopen: (id: string, { paths, isPaused }: Reopened = { paths: [], isPaused: false }): void =>
      reopen({ id, paths, isPaused }),
    get: (id: string): Batch | null => asRead(byId(id), batchOf),
    /** Batches that have not ended, oldest first. */
    open: (): Batch[] => open().map(batchOf),
    /** What a person sees, newest first. */
    shown: (): Batch[] => shown().map(batchOf),
  }
}

function batchOf({ policy, ...row }: BatchRow): Batch {
  return { ...row, policy: duplicatePolicySchema.parse(JSON.parse(policy)) }
}
