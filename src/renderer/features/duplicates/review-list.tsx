import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const ROW_PX = 56

/** The designs in review, to walk through. */
export function ReviewList({ ids, current }: { ids: readonly string[]; current: string }) {
  const { t } = useLanguage()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
  })
  const index = ids.indexOf(current)
  useEffect(() => virtualizer.scrollToIndex(index), [virtualizer, index])
  return (
    <div className="review-list" ref={scroller}>
      <ul aria-label={t.review.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((place) => {
          const id = ids[place.index]
          if (id === undefined) return null
          return (
            <li key={id} style={{ transform: `translateY(${place.start}px)` }}>
              <ReviewRow itemId={id} isCurrent={id === current} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const ReviewRow = memo(function ReviewRow({ itemId, isCurrent }: { itemId: string; isCurrent: boolean }) {
  const { t } = useLanguage()
  const item = useGalley((state) => state.projection.items.get(itemId))
  const isMarked = useGalley((state) => state.marked.has(itemId))
  const { lookAt, mark } = useActions()
  const match = item?.matches[0]
  if (item === undefined) return null
  return (
    <div className="review-row" data-current={isCurrent}>
      <input
        type="checkbox"
        aria-label={t.review.mark(item.fileName)}
        checked={isMarked}
        onChange={(event) => mark([itemId], event.target.checked)}
      />
      <button type="button" aria-current={isCurrent} onClick={() => lookAt(itemId)}>
        <Thumbnail id={itemId} isReady={item.picture !== null} />
        <span>
          <span className="truncate">{item.fileName}</span>
          <span className="faint truncate">{match === undefined ? '' : t.review.why(match)}</span>
        </span>
      </button>
    </div>
  )
})
