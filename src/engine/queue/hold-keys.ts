import type { FailureRule } from '../../shared/domain/failure-rule.ts'
import type { HoldKey, Place } from '../../shared/domain/hold-key.ts'

/** What an upload's failure holds beside its item; null where it stops only that. */
export function holdKeyOf(rule: FailureRule, { shopId, templateId }: Place): HoldKey | null {
  switch (rule.class === 'hold' ? rule.holds : null) {
    case 'nas':
      return { kind: 'nas', shopId }
    case 'folder':
      return { kind: 'folder', templateId }
    case 'worker':
      return { kind: 'transfer-worker' }
    default:
      return null
  }
}
