import type { Milestone } from '../../stores/milestones.ts'
import { nameElsewhere } from '../../stores/shown-shop.ts'
import { useGalley, useWindow } from '../../stores/store-context.tsx'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'
import { heldWords } from './held-words.ts'

/** Tells screen readers what happened: milestones, not ticks. */
export function LiveRegion() {
  const { t } = useLanguage()
  const { told, latest } = useGalley((state) => state.milestones)
  const { store } = useWindow()
  const nameOf = (shopId: string): string | null => nameElsewhere(store.getState(), shopId)
  return (
    <div className="unseen" role="log" aria-live="polite">
      <p key={told}>{latest.map((milestone) => sentenceFor(milestone, t, nameOf)).join(' ')}</p>
    </div>
  )
}

function sentenceFor(milestone: Milestone, t: Texts, nameOf: (shopId: string) => string | null): string {
  switch (milestone.kind) {
    case 'accepted':
      return t.milestones.accepted(milestone.files, milestone.templateName)
    case 'ended':
      return t.milestones.ended(t.batch.outcome(milestone.counts))
    case 'review':
      return t.milestones.review(milestone.files)
    case 'held': {
      const { title, text } = heldWords(milestone.held, t, nameOf(milestone.held.shopId))
      return `${title} ${text}`
    }
  }
}
