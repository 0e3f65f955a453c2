import type { Held } from '../../../shared/domain/work-status.ts'
import type { Texts } from '../../texts/en.ts'

/** What a person reads of what holds files back: what happened, how many wait, and what to do about it. */
export function heldWords(
  { count, others, failure }: Pick<Held, 'count' | 'others' | 'failure'>,
  t: Texts,
): { title: string; text: string } {
  const { message, action } = t.failure(failure)
  return { title: message, text: `${t.banner.waiting(count, others)} ${action}` }
}
