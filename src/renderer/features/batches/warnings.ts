import type { ItemView } from '../../../shared/domain/batch.ts'
import type { Texts } from '../../texts/en.ts'

interface Warning {
  readonly text: string
  /** For a row, in which all of them must find room. */
  readonly short: string
}

/** What preflight warns of, in words. */
export function warningsOf({ preflight }: Pick<ItemView, 'preflight'>, t: Texts): readonly Warning[] {
  if (preflight === null) return []
  const { warnings, short } = t.preflight
  return preflight.warnings.map((warning) => ({ text: warnings[warning](preflight), short: short[warning](preflight) }))
}
