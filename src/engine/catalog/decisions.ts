import type { Database } from 'better-sqlite3'
import type { DecisionRecord } from '../../shared/api/decisions.ts'
import type { LastingDecision } from '../../shared/domain/match.ts'

/** What was said of two artworks. */
export type Remembered = Omit<DecisionRecord, 'id' | 'decision'> & { readonly decision: LastingDecision }

interface DecisionRow {
  sha256: Buffer
  against_sha256: Buffer
  design_id: string
  against_id: string
  decision: LastingDecision
}

/** What the people of the shop said of artworks that look alike: by content, so that the same files are not asked about
 *  again, on whatever workstation and however often they are dropped. */
export type Decisions = ReturnType<typeof createDecisions>

export function createDecisions(database: Database) {
  const put = database.prepare(
    `INSERT INTO decisions VALUES (@shopId, unhex(@sha256), unhex(@againstSha256), @designId, @againstId, @decision)
     ON CONFLICT DO UPDATE SET design_id = @designId, against_id = @againstId, decision = @decision`,
  )
  const remove = database.prepare(
    'DELETE FROM decisions WHERE shop_id = ? AND sha256 = unhex(?) AND against_sha256 = unhex(?)',
  )
  // A skip is said of the artwork that was dropped; the others hold for the two, whichever comes first.
  const between = database
    .prepare<{ shopId: string; sha256: string; againstSha256: string }, LastingDecision>(
      `SELECT decision FROM decisions
       WHERE shop_id = @shopId AND sha256 = unhex(@sha256) AND against_sha256 = unhex(@againstSha256)
       UNION ALL
       SELECT decision FROM decisions WHERE shop_id = @shopId AND sha256 = unhex(@againstSha256)
         AND against_sha256 = unhex(@sha256) AND decision <> 'skip'
       LIMIT 1`,
    )
    .pluck()
  const ofDesign = database.prepare<[string], DecisionRow>('SELECT * FROM decisions WHERE design_id = ?')

  return {
    /** Takes the place of what was said of the two before. */
    put: (shopId: string, remembered: Remembered): void => void put.run({ shopId, ...remembered }),
    remove: (shopId: string, { sha256, againstSha256 }: Pick<Remembered, 'sha256' | 'againstSha256'>): void =>
      void remove.run(shopId, sha256, againstSha256),
    /** What holds when the first artwork is dropped and resembles the second; null when it is to be asked. */
    between: (shopId: string, sha256: string, againstSha256: string): LastingDecision | null =>
      between.get({ shopId, sha256, againstSha256 }) ?? null,
    /** What was said when this item, or the design that it became, was decided about. */
    ofDesign: (designId: string): Remembered[] => ofDesign.all(designId).map(rememberedOf),
  }
}

function rememberedOf(row: DecisionRow): Remembered {
  return {
    sha256: row.sha256.toString('hex'),
    againstSha256: row.against_sha256.toString('hex'),
    designId: row.design_id,
    againstId: row.against_id,
    decision: row.decision,
  }
}
