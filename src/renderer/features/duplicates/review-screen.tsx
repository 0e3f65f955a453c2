import { CopyCheck } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { ComparePane } from './compare-pane.tsx'
import { DecideBar } from './decide-bar.tsx'
import { GroupStrip } from './group-strip.tsx'
import { ReplaceDialog } from './replace-dialog.tsx'
import { useReviewKeys } from './review-keys.ts'
import { ReviewList } from './review-list.tsx'
import { useReview } from './use-review.ts'
import './review.css'

/** Designs that look like known ones, side by side with them, until a person decided: group by group. */
export function ReviewScreen() {
  const { t } = useLanguage()
  const review = useReview()
  useReviewKeys(review)
  const { groups, ids, current } = review
  const section = useFocusHere(current?.itemId ?? null)
  if (current === null)
    return (
      <div className="review">
        <header className="screen-header">
          <h1>{t.review.title}</h1>
        </header>
        <div className="empty">
          <span className="empty-icon">
            <CopyCheck size={28} strokeWidth={1.75} aria-hidden />
          </span>
          <h2>{t.review.emptyTitle}</h2>
          <p>{t.review.emptyText}</p>
        </div>
      </div>
    )
  return (
    <section className="review" aria-label={t.review.title} data-keys tabIndex={-1} ref={section}>
      <Announced itemId={current.itemId} index={current.index} total={groups.length} />
      <header className="screen-header">
        <div>
          <h1>{t.review.title}</h1>
          <p className="soft">{t.review.subtitle(ids.length)}</p>
        </div>
      </header>
      <div className="review-body">
        <div className="review-side">
          <MarkAll ids={ids} />
          <ReviewList groups={groups} current={current.index} />
        </div>
        <section className="compare">
          <ComparePane key={current.itemId} itemId={current.itemId} index={current.index} total={groups.length} />
          {current.group.itemIds.length > 1 && <GroupStrip ids={current.group.itemIds} current={current.itemId} />}
          <DecideBar review={review} />
          <ReplaceDialog />
        </section>
      </div>
    </section>
  )
}

/** Tells a screen reader which pair is looked at now: nothing else moves the reading place there. */
function Announced({ itemId, index, total }: { itemId: string; index: number; total: number }) {
  const { t } = useLanguage()
  const item = useGalley((state) => state.projection.items.get(itemId))
  const matchAt = useGalley((state) => state.matchAt)
  const match = item?.matches[matchAt] ?? item?.matches[0]
  return (
    <p className="unseen" role="status">
      {item !== undefined &&
        match !== undefined &&
        t.review.announced(index + 1, total, item.fileName, t.review.why(match), match.fileName)}
    </p>
  )
}

/** Its letters act where the focus is: it comes here with the screen, and again when what had it was decided. */
function useFocusHere(current: string | null): React.RefObject<HTMLElement | null> {
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    const { activeElement } = document
    const isLost = activeElement === document.body || activeElement?.closest('.sidebar nav') != null
    if (current !== null && isLost) section.current?.focus({ preventScroll: true })
  }, [current])
  return section
}

function MarkAll({ ids }: { ids: readonly string[] }) {
  const { t } = useLanguage()
  const marked = useGalley((state) => state.marked)
  const { mark } = useActions()
  const count = ids.filter((id) => marked.has(id)).length
  return (
    <div className="review-marked">
      <label>
        <input
          type="checkbox"
          checked={count === ids.length}
          ref={(box) => {
            if (box) box.indeterminate = count > 0 && count < ids.length
          }}
          onChange={(event) => mark(ids, event.target.checked)}
        />
        {count === 0 ? t.review.markAll : t.review.marked(count)}
      </label>
    </div>
  )
}
