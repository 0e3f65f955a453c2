import type { ReceiptLine } from '../shared/domain/batch.ts'
import { formatBytes, formatTable } from './format.ts'

/** A receipt as a person reads it in a terminal. */
export function receiptTable(lines: readonly ReceiptLine[]): string {
  return formatTable(
    ['File', 'Size', 'Outcome', 'On the NAS, or why not'],
    lines.map((line) => [
      line.fileName,
      formatBytes(line.sizeBytes),
      line.outcome,
      line.outcome === 'done' ? (line.remotePath ?? '') : line.reason,
    ]),
  )
}

/** How many ended how, in words: "482 done, 14 skipped, 4 failed". */
export function countOutcomes(lines: readonly ReceiptLine[]): Record<ReceiptLine['outcome'], number> {
  const counts = { done: 0, skipped: 0, failed: 0, cancelled: 0, pending: 0 }
  for (const { outcome } of lines) counts[outcome] += 1
  return counts
}
