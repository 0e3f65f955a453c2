import type { ReceiptLine, ReplacedView, TwinView } from '../../shared/domain/batch.ts'
import type { Item } from '../../shared/domain/item.ts'
import { isEnded } from '../../shared/domain/stages.ts'
import { type BlockingContext, holdOf, workOf } from '../items/blocking.ts'
import { twinView } from '../items/twins.ts'
import { replacedView } from './replacement.ts'

/** One line per file of a batch, in the order of the drop: what became of it, or what it waits for. */
export function receiptOf(context: BlockingContext, batchId: string): ReceiptLine[] {
  return Array.from(context.catalog.items.ofBatch(batchId), (item) => lineOf(context, item))
}

function lineOf(context: BlockingContext, item: Item): ReceiptLine {
  const { source, state } = item
  const twin = twinView(context.catalog, item)
  const stored = 'stored' in state && twin?.state !== 'withdrawn' ? state.stored : null
  return {
    fileName: source.fileName,
    sourcePath: source.path,
    sizeBytes: source.sizeBytes,
    sha256: 'examination' in state ? state.examination.fingerprint.sha256 : null,
    outcome: isEnded(state.stage) ? state.stage : 'pending',
    reason: reasonOf(context, item),
    remotePath: stored?.remotePath ?? null,
    recordId: state.stage === 'done' ? (stored?.designId ?? null) : null,
    verifiedBy: stored?.verifiedBy ?? null,
    durable: stored?.durable ?? null,
    mayCollide: stored === null ? null : stored.mayCollide === true,
    warnings: 'examination' in state ? (state.examination.preflight?.warnings ?? []) : [],
  }
}

function reasonOf(context: BlockingContext, item: Item): string {
  const { state } = item
  switch (state.stage) {
    case 'done':
      return twinWords(twinView(context.catalog, item)) ?? replacedWords(replacedView(context, item))
    case 'cancelled':
      return ''
    case 'failed':
      return state.failure.code
    case 'skipped':
      if (state.match === null) return state.by
      return `${state.by === 'remembered' ? 'skipped before: ' : ''}${state.match.kind} duplicate of ${state.match.fileName}`
    case 'review':
      return `review: resembles ${state.matches.map(({ fileName }) => fileName).join(', ')}`
    default: {
      const hold = holdOf(context, workOf(item))
      if (hold === null) return state.stage
      return `${state.stage}: ${'failure' in hold ? hold.failure.code : hold.kind}`
    }
  }
}

function twinWords(twin: TwinView | null): string | null {
  if (twin?.state !== 'withdrawn') return null
  const theirs = twin.theirs ?? 'the one of a colleague'
  const until = twin.keptUntil === null ? '' : `, and this one is kept until ${dayOf(twin.keptUntil)}`
  return `taken back: ${theirs} has the same bytes${until}`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function replacedWords(replaced: ReplacedView | null): string {
  if (replaced === null) return ''
  const { fileName, keptUntil } = replaced
  if (keptUntil === null) return `replaced ${fileName}; the old file is not kept`
  return `replaced ${fileName}; the old file is kept until ${dayOf(keptUntil)}`
}
