import type { Database } from 'better-sqlite3'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import type { LastingDecision } from '../../shared/domain/match.ts'
import { statementsOf } from './statements.ts'

/** What was said of two artworks. */
export type Remembered = Omit<DecisionRecord, 'id' | 'decision'> & { readonly decision: LastingDecision }

/** What the people of the shop said of artworks that look alike: by content, so that the same files are not asked about
 *  again, on whatever workstation and however often they are dropped. */
export type Decisions = ReturnType<typeof createDecisions>

export function createDecisions(database: Database) {
  const { run, rows, value } = statementsOf(database)
  const put = run(
    `INSERT INTO decisions VALUES (@shopId, unhex(@sha256), unhex(@againstSha256), @designId, @againstId, @decision)
     ON CONFLICT DO UPDATE SET design_id = @designId, against_id = @againstId, decision = @decision`,
  )
  const remove = run<[shopId: string, sha256: string, againstSha256: string]>(
    'DELETE FROM decisions WHERE shop_id = ? AND sha256 = unhex(?) AND against_sha256 = unhex(?)',
  )
  // A skip is said of the artwork that was dropped; the others hold for the two, whichever comes first.
  const between = value<[{ shopId: string; sha256: string; againstSha256: string }], LastingDecision>(
    `SELECT decision FROM decisions
     WHERE shop_id = @shopId AND sha256 = unhex(@sha256) AND against_sha256 = unhex(@againstSha256)
     UNION ALL
     SELECT decision FROM decisions WHERE shop_id = @shopId AND sha256 = unhex(@againstSha256)
       AND against_sha256 = unhex(@sha256) AND decision <> 'skip'
     LIMIT 1`,
  )

  return {
    /** Takes the place of what was said of the two before. */
    put: (shopId: string, remembered: Remembered): void => put({ shopId, ...remembered }),
    remove: (shopId: string, { sha256, againstSha256 }: Pick<Remembered, 'sha256' | 'againstSha256'>): void =>
      remove(shopId, sha256, againstSha256),
    /** What holds when the first artwork is dropped and resembles the second; null when it is to be asked. */
    between: (shopId: string, sha256: string, againstSha256: string): LastingDecision | null =>
      between({ shopId, sha256, againstSha256 }),
    /** What was said when this item, or the design that it became, was decided about. */
    ofDesign: rows<[designId: string], Remembered>(
      `SELECT lower(hex(sha256)) AS sha256, lower(hex(against_sha256)) AS againstSha256, design_id AS designId,
         against_id AS againstId, decision FROM decisions WHERE design_id = ?`,
    ),
  }
}
