import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef } from 'react'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const CELL_PX = 72

/** The files of a group, which one decision is about; each can be left out. */
export function GroupStrip({ ids, current }: { ids: readonly string[]; current: string }) {
  const { t } = useLanguage()
  const scroller = useRef<HTMLUListElement>(null)
  const leftOut = useGalley((state) => ids.filter((id) => state.leftOut.has(id)).length)
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CELL_PX,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 4,
  })
  const index = ids.indexOf(current)
  useEffect(() => virtualizer.scrollToIndex(index), [virtualizer, index])
  return (
    <div className="group-strip">
      <p className="soft">
        {t.review.group(ids.length)}
        {leftOut > 0 && <strong> {t.review.leftOut(leftOut)}</strong>}
      </p>
      <ul ref={scroller} aria-label={t.review.groupList}>
        <li aria-hidden style={{ width: virtualizer.getTotalSize() }} />
        {virtualizer.getVirtualItems().map(({ index: at, start }) => {
          const id = ids[at]
          if (id === undefined) return null
          return (
            <li key={id} style={{ transform: `translateX(${start}px)` }}>
              <GroupCell itemId={id} isCurrent={id === current} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const GroupCell = memo(function GroupCell({ itemId, isCurrent }: { itemId: string; isCurrent: boolean }) {
  const { t } = useLanguage()
  const item = useGalley((state) => state.projection.items.get(itemId))
  const isIn = useGalley((state) => !state.leftOut.has(itemId))
  const { lookAt, leaveOut } = useActions()
  if (item === undefined) return null
  return (
    <div className="group-cell" data-current={isCurrent} data-in={isIn}>
      <button type="button" aria-current={isCurrent} title={item.fileName} onClick={() => lookAt(itemId)}>
        <Thumbnail id={itemId} isReady={item.picture !== null} alt={item.fileName} />
      </button>
      <input
        type="checkbox"
        aria-label={t.review.include(item.fileName)}
        checked={isIn}
        onChange={(event) => leaveOut(itemId, !event.target.checked)}
      />
    </div>
  )
})
