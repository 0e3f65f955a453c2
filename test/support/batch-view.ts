import type { BatchView } from '../../src/shared/domain/batch.ts'

export const NO_COUNTS: BatchView['counts'] = { done: 0, skipped: 0, failed: 0, cancelled: 0, review: 0, active: 0 }

/** A batch with one file under way, as the engine would show it, and what is different in a test. */
export function batchView(id: string, change: Partial<BatchView> = {}): BatchView {
  return {
    id,
    shopId: 'shop',
    templateId: 'template',
    createdAt: 0,
    policy: { onDuplicate: 'skip', onSimilar: 'review' },
    priority: 'normal',
    state: 'active',
    ignoredCount: 0,
    linksOut: 0,
    shopName: 'Shop',
    templateName: 'UVDTF 16oz',
    counts: { ...NO_COUNTS, active: 1 },
    failedUnseen: 0,
    folderName: 'Drop',
    noPictures: 0,
    toRetry: change.counts?.failed ?? 0,
    warned: 0,
    twins: 0,
    hold: null,
    held: [],
    bytesToMove: 200,
    totalBytes: 100,
    doneBytes: 0,
    ...change,
  }
}
