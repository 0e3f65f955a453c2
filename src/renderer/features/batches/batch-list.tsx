import { defaultRangeExtractor, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { SearchX } from 'lucide-react'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { countShown } from '../../stores/filters.ts'
import { createRowsSelector, isBatchRow, isOpen, type RowKey, rowId } from '../../stores/rows.ts'
import { shownProjection } from '../../stores/shown-shop.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { BatchRow } from './batch-row.tsx'
import { ItemRow } from './item-row.tsx'
import { CancelBatch, useListKeys } from './list-keys.tsx'
import { NoPicturesRow } from './no-pictures-row.tsx'
import { useCalmOrder } from './use-calm-order.ts'
import './batch-list.css'

const ROW_PX = { batch: 64, item: 56, loading: 48 }

/** Every batch with its files, as one virtual list: only what is seen is drawn, however many files there are. */
export function BatchList() {
  const { t } = useLanguage()
  const rows = useRows()
  const cursor = useGalley((state) => state.cursor)
  const { moveTo, showDetails, endLead } = useActions()
  const ledTo = useGalley((state) => state.ledToRow)
  const scroller = useRef<HTMLDivElement>(null)
  const headers = useMemo(() => rows.flatMap((key, index) => (isBatchRow(key) ? [index] : [])), [rows])
  const stuck = useRef(0)

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => sizeOf(rows[index]),
    getItemKey: useCallback((index: number) => rows[index] ?? index, [rows]),
    overscan: 8,
    scrollPaddingStart: ROW_PX.batch,
    rangeExtractor: (range) => {
      stuck.current = headers.findLast((index) => index <= range.startIndex) ?? 0
      return [...new Set([stuck.current, ...defaultRangeExtractor(range)])].sort((a, b) => a - b)
    },
  })
  const tree = useRef<HTMLDivElement>(null)
  useCalmOrder(scroller, rows.length > 0, (scrollTop) => {
    const stuckKey = rows[stuck.current]
    const isCut = scrollTop > (virtualizer.measurementsCache[stuck.current]?.start ?? 0)
    return {
      shown: virtualizer.getVirtualItems().flatMap(({ index }) => rows[index] ?? []),
      batchId: stuckKey === undefined || !isCut ? null : rowId(stuckKey),
    }
  })
  const { cancelling, endCancelling } = useListKeys(rows, (index) => {
    virtualizer.scrollToIndex(index)
    tree.current?.focus({ preventScroll: true })
  })

  const ledIndex = ledTo === null ? -1 : rows.indexOf(ledTo)
  useEffect(() => {
    if (ledIndex < 0) return
    virtualizer.scrollToIndex(ledIndex, { align: 'start' })
    endLead()
  }, [ledIndex, virtualizer, endLead])

  if (rows.length === 0) return <NothingFound />
  return (
    <div className="batch-list" ref={scroller}>
      {/* The rows have no focus of their own: the tree has it, and names the row that keys act on. */}
      <div
        ref={tree}
        role="tree"
        aria-label={t.list.label}
        tabIndex={0}
        aria-activedescendant={cursor ?? undefined}
        className="batch-list-rows"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((place) => {
          const key = rows[place.index]
          if (key === undefined) return null
          return (
            <ListRow
              key={key}
              rowKey={key}
              place={place}
              isStuck={place.index === stuck.current}
              {...placeIn(headers, place.index, rows.length)}
              onPick={moveTo}
              onOpen={showDetails}
            />
          )
        })}
      </div>
      <p className="list-hint faint">{t.drop.more}</p>
      {cancelling !== null && <CancelBatch batchId={cancelling} onClose={endCancelling} />}
    </div>
  )
}

/** The rows to show, and a request for the items of opened batches that are not known here yet. */
function useRows(): readonly RowKey[] {
  const [selectRows] = useState(createRowsSelector)
  const rows = useGalley(selectRows)
  const { loadItems } = useActions()
  const missing = rows
    .filter((key) => key.startsWith('loading/'))
    .map(rowId)
    .join(' ')
  useEffect(() => {
    for (const batchId of missing.split(' ')) if (batchId !== '') void loadItems(batchId)
  }, [missing, loadItems])
  return rows
}

/** Which of how many a row is, among the batches or among the files of its batch: most rows are not drawn. */
function placeIn(headers: readonly number[], index: number, count: number): { position: number; siblings: number } {
  const batch = headers.findLastIndex((header) => header <= index)
  const header = headers[batch] ?? 0
  if (header === index) return { position: batch + 1, siblings: headers.length }
  return { position: index - header, siblings: (headers[batch + 1] ?? count) - header - 1 }
}

function sizeOf(key: RowKey | undefined): number {
  if (key === undefined || key.startsWith('item/')) return ROW_PX.item
  return isBatchRow(key) ? ROW_PX.batch : ROW_PX.loading
}

interface ListRowProps {
  readonly rowKey: RowKey
  readonly place: VirtualItem
  readonly isStuck: boolean
  readonly position: number
  readonly siblings: number
  readonly onPick: (key: RowKey) => void
  readonly onOpen: (isOpen: boolean) => void
}

const ListRow = memo(
  function ListRow({ rowKey, place, isStuck, position, siblings, onPick, onOpen }: ListRowProps) {
    const isChosen = useGalley((state) => state.cursor === rowKey)
    const isBatch = isBatchRow(rowKey)
    const isFold = rowKey.startsWith('none/')
    const isOpened = useGalley((state) => {
      if (isFold) return state.opened.get(rowKey) === true
      const batch = isBatch ? state.projection.batches.find(({ id }) => id === rowId(rowKey)) : undefined
      return batch !== undefined && isOpen(batch, state)
    })
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: keys act on the tree, on the row that the cursor is on.
      <div
        id={rowKey}
        role="treeitem"
        tabIndex={-1}
        aria-level={isBatch ? 1 : 2}
        aria-posinset={position}
        aria-setsize={siblings}
        aria-selected={isChosen}
        aria-expanded={isBatch || isFold ? isOpened : undefined}
        className="list-row"
        data-kind={isBatch ? 'batch' : 'item'}
        data-stuck={isStuck}
        style={isStuck ? undefined : { transform: `translateY(${place.start}px)` }}
        onClick={() => onPick(rowKey)}
        onDoubleClick={() => !isBatch && onOpen(true)}
      >
        <RowContent rowKey={rowKey} isOpened={isOpened} />
      </div>
    )
  },
  (before, after) =>
    before.rowKey === after.rowKey &&
    before.place.start === after.place.start &&
    before.isStuck === after.isStuck &&
    before.position === after.position &&
    before.siblings === after.siblings,
)

function RowContent({ rowKey, isOpened }: { rowKey: RowKey; isOpened: boolean }) {
  const { t } = useLanguage()
  if (isBatchRow(rowKey)) return <BatchRow batchId={rowId(rowKey)} isOpened={isOpened} />
  if (rowKey.startsWith('item/')) return <ItemRow itemId={rowId(rowKey)} />
  if (rowKey.startsWith('none/')) return <NoPicturesRow batchId={rowId(rowKey)} isOpened={isOpened} />
  return <p className="list-loading faint">{t.list.loading}</p>
}

function NothingFound() {
  const { t } = useLanguage()
  const filter = useGalley((state) => state.filter)
  const isNoName = useGalley(
    (state) => state.search !== '' && countShown(shownProjection(state), state.search).get('all') === 0,
  )
  const { setFilter, setSearch } = useActions()
  return (
    <div className="empty batch-list">
      <span className="empty-icon">
        <SearchX size={28} strokeWidth={1.75} aria-hidden />
      </span>
      <h2>{t.list.nothing[isNoName ? 'all' : filter]}</h2>
      <Button
        onClick={() => {
          setFilter('all')
          setSearch('')
        }}
      >
        {t.list.showAll}
      </Button>
    </div>
  )
}
