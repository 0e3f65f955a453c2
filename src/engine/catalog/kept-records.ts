import type { Database } from 'better-sqlite3'
import { packRecord, unpackRecord } from '../../feed-page/packed-record.ts'
import { type DecisionRecord, decisionRecordSchema } from '../../shared/api/decisions.ts'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { GoneDesign } from '../../shared/api/resent.ts'
import { statementsOf } from './statements.ts'

/** Earlier tellings that are told with the last one. */
const EARLIER = 20

/** Something kept, in order of `seq`. A design that is none any more has `replaced`: what had its place again. */
export type KeptDesign = { readonly seq: number; readonly id: string; readonly uploadedAt: string } & (
  | { readonly kind: 'design' }
  | { readonly kind: 'gone'; readonly replaced: string | null }
)

export interface KeptDecision {
  readonly seq: number
  readonly record: DecisionRecord
  /** What was told of the same two before. */
  readonly earlier: readonly string[]
}

interface DesignRow {
  readonly seq: number
  readonly id: Buffer
  readonly uploadedAt: number
  readonly isGone: number
  readonly replaced: string | null
}

interface DecisionRow extends Omit<DecisionRecord, 'decision'> {
  readonly seq: number
  readonly decision: string | null
}

/** Every record, end of a design and decision that the backend had, as it was sent or read: what it loses is sent again. */
export function createKeptRecords(database: Database) {
  const { run, row, rows, value, values, has } = statementsOf(database)
  const uploadedAt = value<[id: Buffer, shopId: string], number>(
    'SELECT uploaded_at FROM kept_designs WHERE id = ? AND shop_id = ?',
  )
  const uploadedAts = rows<[shopId: string, ids: readonly string[]], { readonly id: string; readonly at: number }>(
    `SELECT lower(hex(id)) AS id, uploaded_at AS at FROM kept_designs
     WHERE shop_id = ? AND id IN (SELECT unhex(value) FROM json_each(?))`,
  )
  const isGoneNow = has<[id: Buffer, shopId: string]>(
    'SELECT 1 FROM kept_designs WHERE id = ? AND shop_id = ? AND record IS NULL',
  )
  const put = run<[shopId: string, id: Buffer, uploadedAt: number, record: Buffer | null, replaced: string | null]>(
    'INSERT OR REPLACE INTO kept_designs (shop_id, id, uploaded_at, record, replaced) VALUES (?, ?, ?, ?, ?)',
  )
  const place = run(
    `UPDATE kept_designs SET record = @record
     WHERE id = @id AND shop_id = @shopId AND uploaded_at = @uploadedAt AND record IS NOT NULL`,
  )
  const after = rows<[seq: number, shopId: string, limit: number], DesignRow>(
    `SELECT seq, id, uploaded_at AS uploadedAt, record IS NULL AS isGone, replaced FROM kept_designs
     WHERE seq > ? AND shop_id = ? ORDER BY seq LIMIT ?`,
  )
  const recordOf = row<[seq: number], { readonly record: Buffer | null }>(
    'SELECT record FROM kept_designs WHERE seq = ?',
  )
  const byId = row<[id: Buffer], { readonly shopId: string; readonly record: Buffer }>(
    'SELECT shop_id AS shopId, record FROM kept_designs WHERE id = ? AND record IS NOT NULL LIMIT 1',
  )
  const addDecision = run(
    `INSERT OR IGNORE INTO kept_decisions (shop_id, sha256, against_sha256, id, design_id, against_id, decision)
     VALUES (@shopId, unhex(@sha256), unhex(@againstSha256), @id, @designId, @againstId, @decision)`,
  )
  const lastDecisions = rows<[seq: number, shopId: string, limit: number], DecisionRow>(
    `SELECT seq, id, lower(hex(sha256)) AS sha256, lower(hex(against_sha256)) AS againstSha256, design_id AS designId,
       against_id AS againstId, decision FROM kept_decisions AS told
     WHERE seq > ? AND shop_id = ? AND NOT EXISTS (
       SELECT 1 FROM kept_decisions AS later WHERE later.sha256 = told.sha256
         AND later.against_sha256 = told.against_sha256 AND later.shop_id = told.shop_id AND later.seq > told.seq)
     ORDER BY seq LIMIT ?`,
  )
  const told = values<[sha256: string, againstSha256: string, shopId: string], string>(
    `SELECT id FROM kept_decisions WHERE sha256 = unhex(?) AND against_sha256 = unhex(?) AND shop_id = ?
     ORDER BY seq DESC LIMIT ${EARLIER + 1}`,
  )

  const toldOf = (shopId: string, { sha256, againstSha256 }: Pick<DecisionRecord, 'sha256' | 'againstSha256'>) =>
    told(sha256, againstSha256, shopId)

  return {
    /** What is kept of the same life of a design, or of a later one, stays; but where its file lies may be known by now.
     *  `packed` are the records as they came, if they did. */
    keepDesigns(
      shopId: string,
      records: readonly DesignRecord[],
      packed: readonly Buffer[] = records.map(packRecord),
    ): void {
      const hexIds = records.map(({ id }) => hexOf(id))
      const kept = new Map(uploadedAts(shopId, hexIds).map(({ id, at }) => [id, at]))
      for (const [position, one] of records.entries()) {
        const hex = hexIds[position] ?? ''
        const [id, at] = [Buffer.from(hex, 'hex'), Date.parse(one.uploadedAt)]
        const known = kept.get(hex) ?? Number.NEGATIVE_INFINITY
        if (known > at || (known === at && one.placeId === undefined)) continue
        const record = packed[position]
        if (record === undefined) throw new Error('a record without its bytes')
        if (known === at) place({ shopId, id, uploadedAt: at, record })
        else put(shopId, id, at, record, null)
        kept.set(hex, at)
      }
    },
    /** The life that is kept of it is over, or the one that is told. */
    keepGone(shopId: string, designId: string, gone: Partial<Omit<GoneDesign, 'id'>>): void {
      const id = keyOf(designId)
      const known = uploadedAt(id, shopId)
      const at = gone.uploadedAt === undefined ? known : Date.parse(gone.uploadedAt)
      if (at === null || (known ?? at) > at || isGoneNow(id, shopId)) return
      put(shopId, id, at, null, gone.replaced ?? null)
    },
    /** Is it none any more, for all that is known? */
    isGone: (shopId: string, designId: string): boolean => isGoneNow(keyOf(designId), shopId),
    /** It is the last that was told of its two, unless it was told before. */
    keepDecision: (shopId: string, record: DecisionRecord): void => addDecision({ shopId, ...record }),
    /** Was another one told of the same two after it? */
    isOutdated: (shopId: string, record: DecisionRecord): boolean => toldOf(shopId, record).indexOf(record.id) > 0,
    designsAfter: (shopId: string, seq: number, limit: number): KeptDesign[] =>
      after(seq, shopId, limit).map(keptDesign),
    /** The record of a design that is kept. */
    record(seq: number): DesignRecord {
      const record = recordOf(seq)?.record ?? null
      if (record === null) throw new Error(`nothing is kept at ${seq}`)
      return unpackRecord(record)
    },
    /** The shop and the record of a design; null of one whose record is not kept, or that is none any more. */
    find(designId: string): { readonly shopId: string; readonly record: DesignRecord } | null {
      const found = byId(keyOf(designId))
      return found === null ? null : { shopId: found.shopId, record: unpackRecord(found.record) }
    },
    /** Of each two artworks what was told last. */
    decisionsAfter: (shopId: string, seq: number, limit: number): KeptDecision[] =>
      lastDecisions(seq, shopId, limit).map(({ seq, ...row }) => {
        const record = decisionRecordSchema.parse(row)
        return { seq, record, earlier: toldOf(shopId, record).slice(1) }
      }),
  }
}

function keptDesign({ seq, id, uploadedAt, isGone, replaced }: DesignRow): KeptDesign {
  const hex = id.toString('hex')
  const parts = [0, 8, 12, 16, 20].map((from, index) => hex.slice(from, [8, 12, 16, 20, 32][index]))
  const one = { seq, id: parts.join('-'), uploadedAt: new Date(uploadedAt).toISOString() }
  return isGone === 1 ? { ...one, kind: 'gone', replaced } : { ...one, kind: 'design' }
}

/** The 16 bytes of a design's id. */
function keyOf(id: string): Buffer {
  return Buffer.from(hexOf(id), 'hex')
}

function hexOf(id: string): string {
  return id.replaceAll('-', '')
}
