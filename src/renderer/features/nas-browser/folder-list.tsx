import { useVirtualizer } from '@tanstack/react-virtual'
import { File, FileQuestion, Folder, Lock } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react'
import type { BrowsedFolder, NasEntry } from '../../../shared/domain/nas-folder.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { movedIndex } from '../batches/list-keys.tsx'
import { childOf } from './paths.ts'

const ROW_PX = 32
const EDGE_PX = 4

/** What is in a folder: folders are opened, files are only told. Arrows move, Enter opens, Backspace goes up. */
export function FolderList({ folder }: { folder: BrowsedFolder }) {
  const { t } = useLanguage()
  const { goTo, goUp, pointAt } = useActions()
  const pointed = useGalley((state) => state.browsing?.pointed ?? null)
  const isReading = useGalley((state) => state.browsing?.isReading ?? false)
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const { entries, path, foreign } = folder
  const foreignNames = useMemo(() => new Set(foreign), [foreign])
  const at = entries.findIndex(({ name }) => name === pointed)
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    paddingStart: EDGE_PX,
    paddingEnd: EDGE_PX,
    scrollPaddingStart: EDGE_PX,
    scrollPaddingEnd: EDGE_PX,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: each folder that was read takes the keys, once.
  useEffect(() => {
    scroller.current?.focus({ preventScroll: true })
    if (at >= 0) virtualizer.scrollToIndex(at)
  }, [folder])

  const open = ({ name, kind }: NasEntry): void => {
    if (kind === 'folder') void goTo(childOf(path, name))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const moved = movedIndex(event.key, at, entries.length)
    const entry = entries[moved ?? at]
    if (moved !== null && entry !== undefined) {
      pointAt(entry.name)
      virtualizer.scrollToIndex(moved)
    } else if (event.key === 'Enter' && entry !== undefined) open(entry)
    else if (event.key === 'Backspace') void goUp()
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={scroller}
      className="nas-list"
      role="listbox"
      tabIndex={0}
      aria-label={t.settings.browser.inside(path)}
      aria-busy={isReading}
      aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
      onKeyDown={onKeyDown}
    >
      {entries.length === 0 && <p className="nas-empty faint">{t.settings.browser.empty}</p>}
      <div className="nas-rows" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index]
          if (entry === undefined) return null
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys, and names the row that they act on.
            <div
              key={entry.name}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              aria-disabled={entry.kind !== 'folder'}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
              className="nas-row"
              data-kind={entry.kind}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => pointAt(entry.name)}
              onDoubleClick={() => open(entry)}
            >
              <Entry entry={entry} isForeign={entry.kind === 'file' && foreignNames.has(entry.name)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Entry({ entry: { name, kind, sizeBytes, writable }, isForeign }: { entry: NasEntry; isForeign: boolean }) {
  const { t, format } = useLanguage()
  const words = t.settings.browser
  const Icon = kind === 'folder' ? Folder : kind === 'file' ? File : FileQuestion
  return (
    <>
      <Icon size={16} aria-hidden />
      <span className="truncate" title={name}>
        {name}
      </span>
      {writable === 'no' && (
        <span className="nas-mark">
          <Lock size={12} aria-hidden />
          {words.readOnly}
        </span>
      )}
      {isForeign && <span className="nas-mark">{words.notOurs}</span>}
      {kind === 'file' && sizeBytes !== null && <span className="nas-size tabular">{format.bytes(sizeBytes)}</span>}
    </>
  )
}
