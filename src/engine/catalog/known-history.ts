import type { Database } from 'better-sqlite3'
import type { BatchResponse, HistoryPoint } from '../../shared/api/records.ts'
import { statementsOf } from './statements.ts'

/** What is known of the past of each shop's backend, by which it is noticed that its database was set back. */
export function createKnownHistory(database: Database) {
  const { run, set, row, value, count } = statementsOf(database)
  const reach = run<[rev: number, tag: string, shopId: string, rev: number]>(
    'UPDATE shops SET history_rev = ?, history_tag = ? WHERE id = ? AND ? >= history_rev',
  )
  const forget = run<[backendShopId: string | null, isResendDue: boolean, shopId: string]>(
    `UPDATE shops SET feed_cursor = 0, decision_cursor = 0, history_rev = 0, history_tag = NULL, backend_shop_id = ?,
       resend_due = ?, place_told = 0 WHERE id = ?`,
  )
  const forgetRead = run<[shopId: string]>('UPDATE templates SET read_rev = 0 WHERE shop_id = ?')
  const resendDue = count<[shopId: string]>('SELECT resend_due FROM shops WHERE id = ?')
  const setResendDue = set<boolean>('shops', 'resend_due')

  return {
    /** The last point that is known: read there, or made by what was sent. */
    point: row<[shopId: string], HistoryPoint>(
      'SELECT history_rev AS rev, history_tag AS tag FROM shops WHERE id = ? AND history_tag IS NOT NULL',
    ),
    /** An earlier point than the known one is no news. */
    reach(shopId: string, { rev, tag }: Pick<BatchResponse, 'rev' | 'tag'>): void {
      if (rev !== undefined && tag !== null && tag !== undefined) reach(rev, tag, shopId, rev)
    },
    /** Which shop of the backend it is; null while that is not known. */
    backendShopId: value<[shopId: string], string>('SELECT backend_shop_id FROM shops WHERE id = ?'),
    setBackendShopId: set<string>('shops', 'backend_shop_id'),
    /** Nothing of it counts any more: the feeds are read from the start, and it is told of the shop's place. With `isResendDue` the backend is first sent what it
     *  lacks. */
    forget(shopId: string, backendShopId: string | null, isResendDue: boolean): void {
      forget(backendShopId, isResendDue, shopId)
      forgetRead(shopId)
    },
    isResendDue: (shopId: string): boolean => resendDue(shopId) === 1,
    setResent: (shopId: string): void => setResendDue(shopId, false),
  }
}
