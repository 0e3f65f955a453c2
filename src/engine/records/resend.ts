import { MAX_CHUNK_RECORDS } from '../../shared/api/records.ts'
import { type Asked, MAX_ASKED, type Resent } from '../../shared/api/resent.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { Log } from '../ports.ts'
import type { RecordClient } from './client.ts'

/** What was asked about, and what of it the backend lacked and took. */
export interface ResendCounts {
  readonly asked: number
  readonly sent: number
}

interface Resending {
  readonly catalog: Pick<Catalog, 'kept' | 'dueThumbnails' | 'bulk'>
  readonly log: Log
  readonly newId: () => string
}

/** Something kept, and how it is sent. */
interface Candidate {
  readonly seq: number
  readonly asked: Asked
  resent(): Resent
}

/** Sends the backend what it lacks of all that is kept of the shop here: designs and their ends in the order in which it had
 *  them, then decisions. May be cut short at any point and begun anew: what it has by then it lacks no more. */
export async function resendLacking(
  context: Resending,
  client: Pick<RecordClient, 'lacking' | 'sendResent'>,
  shopId: string,
  signal: AbortSignal,
): Promise<Result<ResendCounts>> {
  const { kept } = context.catalog
  const counts = { asked: 0, sent: 0 }
  const reads: ((seq: number) => Candidate[])[] = [
    (seq) =>
      kept.designsAfter(shopId, seq, MAX_ASKED).map(({ seq, ...one }) => {
        const { kind, id, uploadedAt } = one
        return {
          seq,
          asked: { kind, id, uploadedAt },
          resent: () => (one.kind === 'gone' ? one : { kind: 'design', id, record: kept.record(seq) }),
        }
      }),
    (seq) =>
      kept.decisionsAfter(shopId, seq, MAX_ASKED).map(({ seq, record, earlier }) => {
        const { id, sha256, againstSha256 } = record
        const told = { kind: 'decision', id, earlier } as const
        return { seq, asked: { ...told, sha256, againstSha256 }, resent: () => ({ ...told, record }) }
      }),
  ]
  for (const read of reads) {
    for (let page = read(0); page.length > 0; page = read(page.at(-1)?.seq ?? 0)) {
      const answer = await client.lacking(
        page.map(({ asked }) => asked),
        signal,
      )
      if (!answer.ok) return answer
      counts.asked += page.length
      const lacking = answer.value.lacking.flatMap((position) => page[position] ?? [])
      for (let at = 0; at < lacking.length; at += MAX_CHUNK_RECORDS) {
        const chunk = lacking.slice(at, at + MAX_CHUNK_RECORDS).map(({ resent }) => resent())
        const taken = await client.sendResent(context.newId(), chunk, signal)
        if (!taken.ok) return taken
        counts.sent += chunk.length
        await context.catalog.bulk(() => {
          for (const one of chunk) if (one.kind === 'design') context.catalog.dueThumbnails.add(one.record, shopId)
        })
        for (const outcome of taken.value.outcomes)
          if (outcome.status === 'rejected')
            context.log.warn('not taken again', { id: outcome.id, reason: outcome.reason })
      }
    }
  }
  context.log.info('sent what the backend lacked', { shop: shopId, ...counts })
  return ok(counts)
}
