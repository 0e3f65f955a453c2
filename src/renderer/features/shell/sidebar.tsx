import { Activity, CirclePause, CirclePlay, CopyCheck, Keyboard, type LucideIcon, Settings, Upload } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import type { Shop } from '../../../shared/domain/shop.ts'
import { canPause } from '../../../shared/domain/work-status.ts'
import { statusWords } from '../../../shared/texts/status-words.ts'
import { Select } from '../../components/select.tsx'
import { type Filter, totalOf } from '../../stores/filters.ts'
import { leftMs } from '../../stores/meter.ts'
import { chosenShop, otherShopsAtWork, shownProjection, workOfShop } from '../../stores/shown-shop.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import type { Screen } from '../../stores/window-slice.ts'
import { useLanguage } from '../../texts/language.tsx'
import { shortcutText } from './shortcuts.ts'
import './sidebar.css'

const ICONS: Readonly<Record<Screen, LucideIcon>> = {
  uploads: Upload,
  review: CopyCheck,
  activity: Activity,
  settings: Settings,
}
/** What of the chosen shop is counted beside a screen's name. */
const COUNTED: Partial<Readonly<Record<Screen, Filter>>> = { uploads: 'toGo', review: 'review' }
const SCREENS: readonly Screen[] = ['uploads', 'review', 'activity', 'settings']

export function Sidebar() {
  const { t } = useLanguage()
  return (
    <aside className="sidebar">
      <ShopSelect />
      <OtherShops />
      <nav aria-label={t.nav.label}>
        <ul>
          {SCREENS.map((screen, index) => (
            <li key={screen}>
              <NavButton screen={screen} position={index + 1} />
            </li>
          ))}
        </ul>
      </nav>
      <Status />
    </aside>
  )
}

const NEW_SHOP = 'new'

function ShopSelect() {
  const { t } = useLanguage()
  const shops = useGalley((state) => state.shops)
  const preferences = useGalley((state) => state.preferences)
  const { chooseShop, setUp } = useActions()
  const chosen = chosenShop(shops, preferences)
  if (chosen === null) return <div className="sidebar-shop" />
  const options = [
    ...(shops ?? []).map(({ shop }) => ({ value: shop.id, label: shop.name })),
    { value: NEW_SHOP, label: t.nav.addShop },
  ]
  return (
    <div className="sidebar-shop">
      <span className="sidebar-mark" aria-hidden>
        {chosen.shop.name.slice(0, 1).toUpperCase()}
      </span>
      <Select
        label={t.nav.shop}
        value={chosen.shop.id}
        options={options}
        onChange={(id) => (id === NEW_SHOP ? setUp(true) : chooseShop(id))}
        isQuiet
      />
    </div>
  )
}

/** What goes on in the shops that are not chosen, each leading there. */
function OtherShops() {
  const { t } = useLanguage()
  const shops = useGalley(useShallow(otherShopsAtWork))
  if (shops.length === 0) return null
  return (
    <ul className="sidebar-others" aria-label={t.nav.otherShops}>
      {shops.map(({ shop }) => (
        <li key={shop.id}>
          <OtherShop shop={shop} />
        </li>
      ))}
    </ul>
  )
}

function OtherShop({ shop: { id, name } }: { shop: Shop }) {
  const { t } = useLanguage()
  const kind = useGalley((state) => workOfShop(state, id).kind)
  const words = useGalley((state) => {
    const { headline, facts } = statusWords(workOfShop(state, id), t.work, Date.now())
    return [headline, ...facts.slice(-1)].join(' · ')
  })
  const { chooseShop } = useActions()
  return (
    <button type="button" className="nav-button" title={`${name}: ${words}`} onClick={() => chooseShop(id)}>
      <span className="sidebar-initial" data-kind={kind} aria-hidden>
        {name.slice(0, 1).toUpperCase()}
      </span>
      <span>
        <strong className="truncate">{name}</strong>
        <span className="tabular" data-kind={kind}>
          {words}
        </span>
      </span>
    </button>
  )
}

function NavButton({ screen, position }: { screen: Screen; position: number }) {
  const { t, format } = useLanguage()
  const isCurrent = useGalley((state) => state.screen === screen)
  const counted = COUNTED[screen]
  const count = useGalley((state) => (counted === undefined ? 0 : totalOf(shownProjection(state).batches, counted)))
  const { show } = useActions()
  const Icon = ICONS[screen]
  return (
    <button
      type="button"
      className="nav-button"
      aria-current={isCurrent ? 'page' : undefined}
      title={`${t.nav.screens[screen]} (${t.keys.press(shortcutText(String(position)))})`}
      onClick={() => show(screen)}
    >
      <Icon size={16} aria-hidden />
      <span>{t.nav.screens[screen]}</span>
      {count > 0 && (
        <span className="nav-count tabular" data-kind={screen}>
          {format.count(count)}
        </span>
      )}
    </button>
  )
}

/** What is going on, in one line, and the one switch for all of it. */
function Status() {
  const { t } = useLanguage()
  const isPaused = useGalley((state) => state.projection.status.pausedAll)
  const limit = useGalley((state) => state.projection.status.speedLimit)
  const work = useGalley((state) => state.work)
  const left = useGalley(({ projection, pace }) => leftMs(projection.batches, pace))
  const { pause, resume, show, showHelp } = useActions()
  const Icon = isPaused ? CirclePlay : CirclePause
  // A pause of the timetable is told already.
  const isLimited = !isPaused && work.kind !== 'paused' && limit.bytesPerSecond !== null
  const { headline, facts } = statusWords(work, t.work, Date.now(), left)
  return (
    <div className="sidebar-status">
      <p className="sidebar-rate tabular" data-kind={work.kind}>
        <strong>{headline}</strong>
        {facts.map((fact) => (
          <span key={fact} className="faint">
            {fact}
          </span>
        ))}
      </p>
      {work.failedUnseen > 0 && <ShowFailed />}
      {isLimited && (
        <button type="button" className="sidebar-limit tabular" onClick={() => show('settings')}>
          {t.limit(limit)}
        </button>
      )}
      <div className="sidebar-switches">
        <button
          type="button"
          className="nav-button"
          aria-pressed={isPaused}
          disabled={isPaused ? work.kind === 'stopped' : !canPause(work)}
          title={isPaused ? t.nav.resumeAll : t.nav.pauseAll}
          onClick={() => void (isPaused ? resume(null) : pause(null))}
        >
          <Icon size={16} aria-hidden />
          <span>{isPaused ? t.nav.resumeAll : t.nav.pauseAll}</span>
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t.nav.keys}
          title={`${t.nav.keys} (F1)`}
          onClick={() => showHelp(true)}
        >
          <Keyboard size={16} aria-hidden />
        </button>
      </div>
    </div>
  )
}

/** Leads to what failed, and takes it for seen. */
function ShowFailed() {
  const { t } = useLanguage()
  const { store } = useWindow()
  const lookAtThem = (): void => {
    const { show, setFilter, seeFailures, chooseShop } = store.getState()
    const isHere = shownProjection(store.getState()).batches.some(({ failedUnseen }) => failedUnseen > 0)
    const [elsewhere] = store.getState().projection.batches.filter(({ failedUnseen }) => failedUnseen > 0)
    if (!isHere && elsewhere !== undefined) chooseShop(elsewhere.shopId)
    show('uploads')
    setFilter('failed')
    void seeFailures()
  }
  return (
    <button type="button" className="sidebar-limit" onClick={lookAtThem}>
      {t.nav.showFailed}
    </button>
  )
}
