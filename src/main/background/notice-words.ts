import type { BatchView } from '../../shared/domain/batch.ts'
import type { MainTexts } from '../texts/main-en.ts'
import type { News } from './news.ts'
import { shopNameAmong } from './summary.ts'

export interface Notice {
  readonly title: string
  readonly body: string
}

/** The notice that tells the news. `batches`: all that there are, so that a shop is named where there are several; `now`:
 *  ms since 1970. */
export function noticeOf(news: News, t: MainTexts, batches: readonly BatchView[], now: number): Notice {
  const nameOf = (batch: BatchView): string => t.batchName(batch, shopNameAmong(batches, batch.shopId), now)
  switch (news.kind) {
    case 'held': {
      const { failure, count, others, shopId } = news.held
      const { message, action } = t.work.failure(failure)
      const shopName = shopNameAmong(batches, shopId)
      return {
        title: shopName === null ? message : t.notices.of(shopName, message),
        body: `${t.work.waiting(count + others)}. ${action}`,
      }
    }
    case 'rested': {
      const { batch, failed } = news
      const { review } = batch.counts
      const toTell = review > 0 ? t.work.toDecide(review) : failed > 0 ? t.work.failed(failed) : t.notices.finished
      return { title: t.notices.of(nameOf(batch), toTell), body: whatBecame(batch.counts, t) }
    }
    case 'failed': {
      const [batch, ...others] = news.batches
      const failed = t.work.failed(news.files)
      const isOne = batch !== undefined && others.length === 0
      return { title: isOne ? t.notices.of(nameOf(batch), failed) : failed, body: t.notices.failedText }
    }
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
