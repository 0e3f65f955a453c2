import type { BatchView } from '../../shared/domain/batch.ts'
import type { Held } from '../../shared/domain/work-status.ts'
import { countOf } from './filters.ts'
import type { Projection } from './projection.ts'

/** What a screen reader is told: things that happened, never ticks. */
export type Milestone =
  | { readonly kind: 'accepted'; readonly files: number; readonly templateName: string }
  | { readonly kind: 'ended'; readonly counts: BatchView['counts'] }
  | { readonly kind: 'review'; readonly files: number }
  | { readonly kind: 'held'; readonly held: Held }

interface Seen {
  readonly projection: Projection
  readonly work: { readonly held: readonly Held[] }
}

/** What is worth saying between two states of the window. Nothing is said of what was there from the start, nor that batches
 *  were accepted which are brought back. */
export function milestonesBetween(
  before: Seen,
  after: Seen,
  broughtBack: readonly string[] = [],
): readonly Milestone[] {
  const known = new Map(before.projection.batches.map((batch) => [batch.id, batch]))
  const said: Milestone[] = []
  for (const batch of after.projection.batches) {
    const earlier = known.get(batch.id)
    const isNew = earlier === undefined && !broughtBack.includes(batch.id)
    const wasScanning = isNew || earlier?.state === 'scanning'
    if (wasScanning && batch.state !== 'scanning')
      said.push({ kind: 'accepted', files: countOf(batch, 'all'), templateName: batch.templateName })
    if (batch.state === 'ended' && earlier !== undefined && earlier.state !== 'ended')
      said.push({ kind: 'ended', counts: batch.counts })
    if (batch.counts.review > 0 && (earlier?.counts.review ?? 0) === 0)
      said.push({ kind: 'review', files: batch.counts.review })
  }
  const heldBefore = new Set(before.work.held.map(({ kind }) => kind))
  for (const held of after.work.held) if (!heldBefore.has(held.kind)) said.push({ kind: 'held', held })
  return said
}
