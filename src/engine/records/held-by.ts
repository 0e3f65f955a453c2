import type { ClaimOutcome } from '../../shared/api/claims.ts'
import type { Said } from '../../shared/domain/detail.ts'

/** Which workstation has what was claimed, and since when. */
export function heldBy({ device, since }: Extract<ClaimOutcome, { status: 'held' }>): Said<'held-by'> {
  return { says: 'held-by', device, since: Date.parse(since) }
}
