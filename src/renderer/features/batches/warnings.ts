import type { ItemView } from '../../../shared/domain/batch.ts'
import type { Texts } from '../../texts/en.ts'

/** What preflight warns of, in words. */
export function warningsOf({ preflight }: Pick<ItemView, 'preflight'>, t: Texts): readonly string[] {
  return preflight === null ? [] : preflight.warnings.map((warning) => t.preflight.warnings[warning](preflight))
}
