import { useShallow } from 'zustand/react/shallow'
import { Button } from '../../components/button.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { decisionsFor } from './decisions.ts'
import { type Review, toDecide } from './use-review.ts'

/** What can be said of the marked files or of the group that is looked at, and how many files that is about. */
export function DecideBar({ review }: { review: Review }) {
  const { t } = useLanguage()
  const { decide } = useActions()
  const itemIds = useGalley(useShallow((state) => toDecide(review, state)))
  const matchAt = useGalley((state) => state.matchAt)
  return (
    <footer className="compare-decide">
      {decisionsFor(itemIds.length, matchAt).map(({ decision, key, icon }) => {
        const { word, text } = t.decisions[decision]
        return (
          <Button
            key={decision}
            icon={icon}
            shortcut={key.toUpperCase()}
            hint={text}
            onClick={() => void decide(itemIds, decision)}
          >
            {itemIds.length > 1 ? t.review.decideMarked(word, itemIds.length) : word}
          </Button>
        )
      })}
    </footer>
  )
}
