import { CopyCheck } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Decision } from '../../../shared/domain/match.ts'
import { IconButton } from '../../components/button.tsx'
import { reviewIds } from '../../stores/rows.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { ComparePane } from './compare-pane.tsx'
import { DECISIONS } from './decisions.ts'
import { useReviewKeys } from './review-keys.ts'
import { ReviewList } from './review-list.tsx'
import { lookedAt } from './review-slice.ts'
import './review.css'

/** Designs that look like known ones, side by side with them, until a person decided. */
export function ReviewScreen() {
  const { t } = useLanguage()
  const ids = useGalley(useShallow((state) => reviewIds(state.projection)))
  const current = useCurrent(ids)
  useReviewKeys(ids, current)
  if (current === null)
    return (
      <div className="empty">
        <span className="empty-icon">
          <CopyCheck size={28} strokeWidth={1.75} aria-hidden />
        </span>
        <h2>{t.review.emptyTitle}</h2>
        <p>{t.review.emptyText}</p>
      </div>
    )
  return (
    <div className="review">
      <header className="screen-header">
        <div>
          <h1>{t.review.title}</h1>
          <p className="soft">{t.review.subtitle(ids.length)}</p>
        </div>
      </header>
      <div className="review-body">
        <div className="review-side">
          <MarkedBar ids={ids} />
          <ReviewList ids={ids} current={current} />
        </div>
        <ComparePane itemId={current} index={ids.indexOf(current)} total={ids.length} />
      </div>
    </div>
  )
}

/** What is looked at; after a decision the next in the order takes its place. */
function useCurrent(ids: readonly string[]): string | null {
  const cursor = useGalley((state) => state.reviewCursor)
  const lastIndex = useRef(0)
  const current = lookedAt(ids, cursor, lastIndex.current)
  useEffect(() => {
    if (current !== null) lastIndex.current = ids.indexOf(current)
  }, [ids, current])
  return current
}

function MarkedBar({ ids }: { ids: readonly string[] }) {
  const { t } = useLanguage()
  const marked = useGalley((state) => state.marked)
  const { mark, decide } = useActions()
  const chosen = ids.filter((id) => marked.has(id))
  const apply = (decision: Decision): void => {
    mark(chosen, false)
    void decide(chosen, decision)
  }
  return (
    <div className="review-marked">
      <label>
        <input
          type="checkbox"
          checked={chosen.length === ids.length}
          ref={(box) => {
            if (box) box.indeterminate = chosen.length > 0 && chosen.length < ids.length
          }}
          onChange={(event) => mark(ids, event.target.checked)}
        />
        {chosen.length === 0 ? t.review.markAll : t.review.marked(chosen.length)}
      </label>
      {chosen.length > 0 && (
        <div className="review-marked-decide">
          {DECISIONS.filter(({ decision }) => decision !== 'replace' || chosen.length === 1).map(
            ({ decision, key, icon }) => (
              <IconButton
                key={decision}
                label={t.review.decideMarked(t.decisions[decision].word, chosen.length)}
                icon={icon}
                shortcut={key.toUpperCase()}
                onClick={() => apply(decision)}
              />
            ),
          )}
        </div>
      )}
    </div>
  )
}
