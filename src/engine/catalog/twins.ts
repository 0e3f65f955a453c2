import type { Database } from 'better-sqlite3'
import type { MatchKind } from '../../shared/domain/match.ts'
import { KEPT_MS } from './replaced-designs.ts'
import { asRead, statementsOf } from './statements.ts'

/** A design of an item of this computer that a colleague has stored as well, or one that looks the same. */
export interface Twin {
  readonly itemId: string
  readonly batchId: string
  readonly shopId: string
  readonly templateId: string
  /** The colleague's design. */
  readonly twinId: string
  /** How alike the two are. */
  readonly kind: MatchKind
  /** The colleague's workstation, where that is known. */
  readonly device: string | null
  /** `open`: to be asked. `kept`: both stay. `withdrawing`: its file is on its way to be kept, and `withdrawn`: it is. `reinstating`:
   *  it is to have its name again. `dropped`: it is gone. */
  readonly state: 'open' | 'kept' | 'withdrawing' | 'withdrawn' | 'reinstating' | 'dropped'
  /** The file's own; null until it is withdrawn. */
  readonly remotePath: string | null
  readonly keptPath: string | null
  readonly keptUntil: number | null
  /** Was the service told that the record is over? */
  readonly isTold: boolean
}

const COLUMNS = `item_id AS itemId, batch_id AS batchId, twins.shop_id AS shopId, template_id AS templateId, twin_id AS twinId,
  kind, device, twins.state, remote_path AS remotePath, kept_path AS keptPath, withdrawn_at + ${KEPT_MS} AS keptUntil,
  taken IS NOT NULL AS isTold`
const JOINED = 'twins JOIN items ON items.id = item_id'
/** Both stand where this workstation comes to them. */
const isOpen = `twins.state = 'open' AND (SELECT count(*) FROM designs
  WHERE id IN (item_id, twin_id) AND designs.state = 'known' AND number IS NOT NULL AND remote_path IS NOT NULL) = 2`
/** Its record is over for certain: then its file may go in the end. */
const isToDrop = `twins.state = 'withdrawn' AND taken = 1`

type TwinRow = Omit<Twin, 'isTold'> & { readonly isTold: number }

/** Designs that are equal, or look alike, of two workstations that could not ask each other. */
export function createTwins(database: Database) {
  const { run, row, rows, values, value, count, has } = statementsOf(database)
  const byItem = row<[itemId: string], TwinRow>(`SELECT ${COLUMNS} FROM ${JOINED} WHERE item_id = ?`)
  const due = rows<[{ now: number; shops: readonly string[]; except: readonly string[]; limit: number }], TwinRow>(
    `SELECT ${COLUMNS} FROM ${JOINED}
     WHERE twins.state NOT IN ('open', 'kept', 'dropped')
       AND (twins.state <> 'withdrawn' OR (${isToDrop} AND withdrawn_at <= @now - ${KEPT_MS}))
       AND twins.shop_id NOT IN (SELECT value FROM json_each(@shops))
       AND item_id NOT IN (SELECT value FROM json_each(@except)) LIMIT @limit`,
  )
  const droppable = rows<[shopId: string], TwinRow>(
    `SELECT ${COLUMNS} FROM ${JOINED} WHERE ${isToDrop} AND twins.shop_id = ?`,
  )
  const openOf = has<[itemId: string]>(`SELECT 1 FROM twins WHERE item_id = ? AND ${isOpen}`)
  const setState = run<[state: Twin['state'], itemId: string]>('UPDATE twins SET state = ? WHERE item_id = ?')
  const keepBoth = run<[itemId: string]>(`UPDATE twins SET state = 'kept' WHERE item_id = ? AND state = 'open'`)
  const begin = run(
    `UPDATE twins SET state = 'withdrawing', remote_path = @remotePath, kept_path = @keptPath WHERE item_id = @itemId`,
  )
  const withdrawn = run(`UPDATE twins SET state = 'withdrawn', withdrawn_at = @now, taken = 0 WHERE item_id = @itemId`)

  return {
    /** The service told of the other one with the record, or it was found later. What was said of the two before holds. */
    add: run<[twin: Pick<Twin, 'itemId' | 'shopId' | 'twinId' | 'kind' | 'device'>]>(
      `INSERT INTO twins (item_id, shop_id, twin_id, kind, device, state) VALUES (@itemId, @shopId, @twinId, @kind, @device, 'open')
       ON CONFLICT DO NOTHING`,
    ),
    get: (itemId: string): Twin | null => asRead(byItem(itemId), twinOf),
    /** Is it to be asked about? */
    isOpen: openOf,
    openIn: count<[batchId: string]>(
      `SELECT count(*) FROM ${JOINED.replace('JOIN', 'CROSS JOIN')} WHERE batch_id = ? AND ${isOpen}`,
    ),
    /** Items that are shown otherwise when the design comes or goes. */
    about: values<[{ designIds: readonly string[] }], string>(
      `SELECT item_id FROM twins WHERE twin_id IN (SELECT value FROM json_each(@designIds))
       UNION SELECT item_id FROM twins WHERE item_id IN (SELECT value FROM json_each(@designIds))`,
    ),
    /** Those of the items whose files have not got their own names any more. */
    withdrawnAmong: values<[itemIds: readonly string[]], string>(
      `SELECT item_id FROM twins WHERE state IN ('withdrawn', 'reinstating', 'dropped')
       AND item_id IN (SELECT value FROM json_each(?))`,
    ),
    /** A person said so. */
    keepBoth: (itemId: string): void => keepBoth(itemId),
    setState: (itemId: string, state: Twin['state']): void => setState(state, itemId),
    /** Its file is about to be renamed. */
    beginWithdrawing: (itemId: string, remotePath: string, keptPath: string): void =>
      begin({ itemId, remotePath, keptPath }),
    /** It was. In the transaction in which the service is to be told. */
    withdrawn: (itemId: string, now: number): void => withdrawn({ itemId, now }),
    /** The service took it that the record is over. */
    taken: run<[itemId: string]>('UPDATE twins SET taken = 1 WHERE item_id = ? AND taken = 0'),
    /** It did not: the record holds, and the file is to have its name again. */
    refused: run<[itemId: string]>(
      `UPDATE twins SET taken = NULL, state = CASE state WHEN 'withdrawn' THEN 'reinstating' ELSE state END WHERE item_id = ?`,
    ),
    /** It has its name again, and may be asked about again. */
    reinstated: run<[itemId: string]>(
      `UPDATE twins SET state = 'open', remote_path = NULL, kept_path = NULL, withdrawn_at = NULL, taken = NULL
       WHERE item_id = ?`,
    ),
    /** Those to be settled or dropped now. */
    due: (now: number, exceptShops: readonly string[], except: readonly string[], limit: number): Twin[] =>
      due({ now, shops: exceptShops, except, limit }).map(twinOf),
    /** When the next of those that are kept is to be dropped; null when none is. */
    nextDueAt: value<[now: number], number>(
      `SELECT min(withdrawn_at) + ${KEPT_MS} FROM twins WHERE ${isToDrop} AND withdrawn_at > ? - ${KEPT_MS}`,
    ),
    /** Of the shop, those whose files may go at once when a person agrees. */
    droppable: (shopId: string): Twin[] => droppable(shopId).map(twinOf),
    /** By shop, how many those are and of how many bytes. */
    kept: rows<[], { readonly shopId: string; readonly files: number; readonly bytes: number }>(
      `SELECT twins.shop_id AS shopId, count(*) AS files, sum(size_bytes) AS bytes FROM ${JOINED}
       WHERE ${isToDrop} GROUP BY twins.shop_id`,
    ),
  }
}

function twinOf({ isTold, ...row }: TwinRow): Twin {
  return { ...row, isTold: isTold === 1 }
}
