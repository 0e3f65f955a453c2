import type { BatchView } from '../../../shared/domain/batch.ts'
import type { Hold } from '../../../shared/domain/item.ts'
import { canMove, type EngineState } from '../../../shared/domain/work-status.ts'
import type { RingState } from '../../components/progress.tsx'

/** Somebody is at it. */
const MOVING: ReadonlySet<string> = new Set<Hold['kind']>(['twin', 'elsewhere', 'library'])

/** What a batch's ring shows. Green is for prints that are all on the NAS, with nothing to be said of them. */
export function ringStateOf(
  { state, counts, hold, warned }: Pick<BatchView, 'state' | 'counts' | 'hold' | 'warned'>,
  engine: EngineState,
): RingState {
  if (state !== 'ended' && !canMove(engine)) return 'paused'
  switch (state) {
    case 'scanning':
      return 'scanning'
    case 'paused':
      return 'paused'
    case 'active':
      if (hold !== null && !MOVING.has(hold.kind)) return 'failure' in hold ? 'attention' : 'paused'
      return counts.active === 0 && counts.review > 0 ? 'attention' : 'moving'
    case 'ended':
      if (counts.failed > 0) return 'failed'
      if (counts.done === 0 || counts.cancelled > 0) return 'empty'
      return warned > 0 ? 'warned' : 'done'
  }
}
