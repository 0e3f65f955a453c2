import type { BatchView } from '../../shared/domain/batch.ts'
import type { MainTexts } from '../texts/main-en.ts'
import type { News } from './news.ts'

export interface Notice {
  readonly title: string
  readonly body: string
}

/** The notice that tells the news. `now`: ms since 1970. */
export function noticeOf(news: News, t: MainTexts, now: number): Notice {
  switch (news.kind) {
    case 'held': {
      const { failure, count, others } = news.held
      const { message, action } = t.work.failure(failure)
      return { title: message, body: `${t.work.waiting(count + others)}. ${action}` }
    }
    case 'rested':
      return { title: restedTitle(news.batch, t, now), body: whatBecame(news.batch.counts, t) }
    case 'stopped':
      return {
        title: t.work.stopped,
        body: `${t.work.failure(news.failure).message} ${t.notices.nothingLost}`,
      }
  }
}

/** What became of a batch's files, or that all of them were there before. */
export function whatBecame(counts: BatchView['counts'], t: MainTexts): string {
  const { active: _, ...ends } = counts
  const total = Object.values(ends).reduce((sum, count) => sum + count, 0)
  return total > 0 && counts.skipped === total ? t.work.allKnown(total) : t.work.outcome(counts)
}

function restedTitle(batch: BatchView, t: MainTexts, now: number): string {
  const { review, failed } = batch.counts
  const name = t.batchName(batch, now)
  if (review > 0) return t.notices.ofBatch(name, t.work.toDecide(review))
  return failed > 0 ? t.notices.ofBatch(name, t.work.failed(failed)) : t.notices.ended(name)
}
