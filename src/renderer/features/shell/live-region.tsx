import type { Milestone } from '../../stores/milestones.ts'
import { useGalley } from '../../stores/store-context.tsx'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'
import { heldWords } from './held-words.ts'

/** Tells screen readers what happened: milestones, not ticks. */
export function LiveRegion() {
  const { t } = useLanguage()
  const { told, latest } = useGalley((state) => state.milestones)
  return (
    <div className="unseen" role="log" aria-live="polite">
      <p key={told}>{latest.map((milestone) => sentenceFor(milestone, t)).join(' ')}</p>
    </div>
  )
}

function sentenceFor(milestone: Milestone, t: Texts): string {
  switch (milestone.kind) {
    case 'accepted':
      return t.milestones.accepted(milestone.files, milestone.templateName)
    case 'ended':
      return t.milestones.ended(t.batch.outcome(milestone.counts))
    case 'review':
      return t.milestones.review(milestone.files)
    case 'held': {
      const { title, text } = heldWords(milestone.held, t)
      return `${title} ${text}`
    }
  }
}
