import { ListX, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { isEngineStopped } from '../../stores/engine-slice.ts'
import { countShown, FILTERS, type Filter, SELDOM } from '../../stores/filters.ts'
import { shownProjection } from '../../stores/shown-shop.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** What the list shows: one of the filters with its count, and a part of the name. */
export function FilterBar() {
  const { t } = useLanguage()
  const counts = useGalley(useShallow((state) => countShown(shownProjection(state), state.search)))
  const chosen = useGalley((state) => state.filter)
  const shown = FILTERS.filter((filter) => !SELDOM.has(filter) || filter === chosen || (counts.get(filter) ?? 0) > 0)
  return (
    <div className="filter-bar">
      <fieldset>
        <legend className="unseen">{t.list.filterLabel}</legend>
        {shown.map((filter) => (
          <FilterChip key={filter} filter={filter} count={counts.get(filter) ?? 0} />
        ))}
      </fieldset>
      <div className="filter-tools">
        <ClearEnded />
        <SearchField />
      </div>
    </div>
  )
}

/** Takes ended batches off the list. Failures are not lost from sight unasked. */
function ClearEnded() {
  const { t } = useLanguage()
  const ended = useGalley(
    useShallow((state) => shownProjection(state).batches.filter((batch) => batch.state === 'ended')),
  )
  const isStopped = useGalley(isEngineStopped)
  const [isAsking, setIsAsking] = useState(false)
  const { clearEnded } = useActions()
  const failed = ended.reduce((sum, { counts }) => sum + counts.failed, 0)
  const others = ended.filter(({ counts }) => counts.failed === 0).length
  const words = t.list.clear
  const clear = (withFailed: boolean) => () => {
    setIsAsking(false)
    void clearEnded(withFailed)
  }
  if (ended.length === 0) return null
  return (
    <>
      <Button
        kind="quiet"
        icon={ListX}
        hint={t.list.clearEnded}
        isDisabled={isStopped}
        onClick={failed > 0 ? () => setIsAsking(true) : clear(false)}
      >
        {t.list.clearEnded}
      </Button>
      {isAsking && (
        <Dialog label={words.title} onClose={() => setIsAsking(false)}>
          <h2>{words.title}</h2>
          <p className="soft">{words.text(failed)}</p>
          <div className="dialog-actions">
            <Button onClick={() => setIsAsking(false)}>{words.none}</Button>
            {others > 0 && <Button onClick={clear(false)}>{words.others}</Button>}
            <Button kind="danger" onClick={clear(true)}>
              {words.all}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

function FilterChip({ filter, count }: { filter: Filter; count: number }) {
  const { t, format } = useLanguage()
  const isChosen = useGalley((state) => state.filter === filter)
  const { setFilter } = useActions()
  const isAlert = count > 0 && (filter === 'review' || filter === 'failed' || filter === 'warned')
  return (
    <label className="filter-chip tabular" data-filter={filter} data-alert={isAlert}>
      <input className="unseen" type="radio" name="filter" checked={isChosen} onChange={() => setFilter(filter)} />
      {t.list.filters[filter]}
      <span>{format.count(count)}</span>
    </label>
  )
}

function SearchField() {
  const { t } = useLanguage()
  const search = useGalley((state) => state.search)
  const findAsked = useGalley((state) => state.findAsked)
  const { setSearch } = useActions()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (findAsked > 0) field.current?.select()
  }, [findAsked])
  return (
    <label className="search">
      <Search size={14} aria-hidden />
      <input
        ref={field}
        type="search"
        aria-label={t.list.search}
        placeholder={t.list.search}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          setSearch('')
          event.currentTarget.blur()
        }}
      />
    </label>
  )
}
