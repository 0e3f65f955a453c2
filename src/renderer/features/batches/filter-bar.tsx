import { ListX, Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Button } from '../../components/button.tsx'
import { countShown, FILTERS, type Filter } from '../../stores/filters.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** What the list shows: one of the filters with its count, and a part of the name. */
export function FilterBar() {
  const { t } = useLanguage()
  const hasEnded = useGalley((state) => state.projection.batches.some(({ state: of }) => of === 'ended'))
  const counts = useGalley(useShallow(({ projection, search }) => countShown(projection, search)))
  const { clearEnded } = useActions()
  return (
    <div className="filter-bar">
      <fieldset>
        <legend className="unseen">{t.list.filterLabel}</legend>
        {FILTERS.map((filter) => (
          <FilterChip key={filter} filter={filter} count={counts.get(filter) ?? 0} />
        ))}
      </fieldset>
      {hasEnded && (
        <Button kind="quiet" icon={ListX} hint={t.list.clearEnded} onClick={() => void clearEnded()}>
          {t.list.clearEnded}
        </Button>
      )}
      <SearchField />
    </div>
  )
}

function FilterChip({ filter, count }: { filter: Filter; count: number }) {
  const { t, format } = useLanguage()
  const isChosen = useGalley((state) => state.filter === filter)
  const { setFilter } = useActions()
  const isAlert = count > 0 && (filter === 'review' || filter === 'failed')
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
