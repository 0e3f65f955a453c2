import { isWrong } from '../../shared/domain/work-status.ts'
import type { Summary } from './summary.ts'

export interface TaskbarProgress {
  /** 0 to 1; 2 for "nobody knows", -1 for none. */
  readonly value: number
  readonly mode: 'none' | 'normal' | 'indeterminate' | 'paused' | 'error'
}

/** The progress on the taskbar: all batches under way, in bytes. Red is for what went wrong alone; what waits, for a
 *  person or for the NAS, is paused. */
export function taskbarProgress({ work, batches }: Summary): TaskbarProgress {
  const value = shareDone(batches)
  if (isWrong(work)) return { value: value ?? 1, mode: 'error' }
  switch (work.kind) {
    case 'working':
      return work.isScanning || value === null ? { value: 2, mode: 'indeterminate' } : { value, mode: 'normal' }
    case 'paused':
    case 'held':
    case 'asking':
      return value === null ? { value: -1, mode: 'none' } : { value, mode: 'paused' }
    default:
      return { value: -1, mode: 'none' }
  }
}

/** Null when nothing is under way, or nobody knows yet how much. */
function shareDone(batches: Summary['batches']): number | null {
  const open = batches.filter(({ state }) => state !== 'ended')
  const total = open.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  const done = open.reduce((sum, { doneBytes }) => sum + doneBytes, 0)
  return total === 0 ? null : Math.min(1, done / total)
}
