import type { Held } from '../../../shared/domain/work-status.ts'
import type { Texts } from '../../texts/en.ts'

/** What a person reads of what holds files back: what happened, how many wait, and what to do about it; `shopName` of
 *  another shop than the one that is looked at. */
export function heldWords(
  { count, others, failure }: Pick<Held, 'count' | 'others' | 'failure'>,
  t: Texts,
  shopName: string | null,
): { title: string; text: string } {
  const { message, action } = t.failure(failure)
  const title = shopName === null ? message : `${shopName}: ${message}`
  return { title, text: `${t.banner.waiting(count, others)} ${action}` }
}
