import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import type { ReviewGroup } from '../../../shared/domain/review-groups.ts'
import { CutLine } from '../../components/cut-line.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const ROW_PX = 56

/** What is in review, to walk through: each group of look-alikes is one row. */
export function ReviewList({ groups, current }: { groups: readonly ReviewGroup[]; current: number }) {
  const { t } = useLanguage()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: groups.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => groups[index]?.id ?? index,
    overscan: 6,
  })
  useEffect(() => virtualizer.scrollToIndex(current), [virtualizer, current])
  return (
    <div className="review-list" ref={scroller}>
      <ul aria-label={t.review.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((place) => {
          const group = groups[place.index]
          if (group === undefined) return null
          return (
            <li key={group.id} style={{ transform: `translateY(${place.start}px)` }}>
              <ReviewRow group={group} isCurrent={place.index === current} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const ReviewRow = memo(function ReviewRow({ group, isCurrent }: { group: ReviewGroup; isCurrent: boolean }) {
  const { t } = useLanguage()
  const { itemIds } = group
  const itemId = itemIds[0] ?? ''
  const item = useGalley((state) => state.projection.items.get(itemId))
  const isMarked = useGalley((state) => itemIds.every((id) => state.marked.has(id)))
  const { lookAt, mark } = useActions()
  const match = item?.matches[0]
  if (item === undefined) return null
  return (
    <div className="review-row" data-current={isCurrent}>
      <input
        type="checkbox"
        aria-label={t.review.mark(item.fileName)}
        tabIndex={isCurrent ? 0 : -1}
        checked={isMarked}
        onChange={(event) => mark(itemIds, event.target.checked)}
      />
      {/* The arrows go from row to row; Tab stops at the one that is looked at. */}
      <button type="button" aria-current={isCurrent} tabIndex={isCurrent ? 0 : -1} onClick={() => lookAt(itemId)}>
        <Thumbnail id={itemId} isReady={item.picture !== null} />
        <span>
          <CutLine text={item.fileName} />
          <span className="faint review-why" title={match !== undefined ? t.review.why(match) : undefined}>
            {itemIds.length > 1 && <strong>{t.review.files(itemIds.length)}: </strong>}
            {match !== undefined && t.review.why(match)}
          </span>
        </span>
      </button>
    </div>
  )
})
