import { Activity, CirclePause, CirclePlay, CopyCheck, Keyboard, type LucideIcon, Settings, Upload } from 'lucide-react'
import { Select } from '../../components/select.tsx'
import { totalOf } from '../../stores/filters.ts'
import { standingOf } from '../../stores/standing.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { chosenShop, type Screen } from '../../stores/window-slice.ts'
import { useLanguage } from '../../texts/language.tsx'
import { shortcutText } from './shortcuts.ts'
import './sidebar.css'

const ICONS: Readonly<Record<Screen, LucideIcon>> = {
  uploads: Upload,
  review: CopyCheck,
  activity: Activity,
  settings: Settings,
}
const SCREENS: readonly Screen[] = ['uploads', 'review', 'activity', 'settings']

export function Sidebar() {
  const { t } = useLanguage()
  return (
    <aside className="sidebar">
      <ShopSelect />
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

function NavButton({ screen, position }: { screen: Screen; position: number }) {
  const { t, format } = useLanguage()
  const isCurrent = useGalley((state) => state.screen === screen)
  const count = useGalley(({ projection }) =>
    screen === 'uploads'
      ? totalOf(projection.batches, 'uploading')
      : screen === 'review'
        ? totalOf(projection.batches, 'review')
        : 0,
  )
  const { show } = useActions()
  const Icon = ICONS[screen]
  return (
    <button
      type="button"
      className="nav-button"
      aria-current={isCurrent ? 'page' : undefined}
      title={`${t.nav.screens[screen]} (${shortcutText(String(position))})`}
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
  const { t, format } = useLanguage()
  const isPaused = useGalley((state) => state.projection.status.pausedAll)
  const limit = useGalley((state) => state.projection.status.speedLimit)
  const toGo = useGalley((state) => totalOf(state.projection.batches, 'uploading'))
  // The same smoothed figures as in the list, so that the two never disagree.
  const rate = useGalley(({ meters }) => [...meters.values()].reduce((sum, { sent }) => sum + sent.perSecond, 0))
  const toReview = useGalley((state) => totalOf(state.projection.batches, 'review'))
  const isHeld = useGalley((state) => state.attention.length > 0)
  const engine = useGalley((state) => state.engine.state)
  const { pause, resume, show, showHelp } = useActions()
  const Icon = isPaused ? CirclePlay : CirclePause
  const isLimited = !isPaused && limit.bytesPerSecond !== null
  const standing = standingOf({ engine, isPaused, toGo, toReview, isHeld, limit })
  const isMoving = standing === 'working' && rate >= 1
  return (
    <div className="sidebar-status">
      <p className="sidebar-rate tabular">
        <strong>{isMoving ? format.rate(rate) : t.nav.standing[standing]}</strong>
        {toGo > 0 && <span className="faint">{t.nav.toGo(toGo)}</span>}
        {toGo === 0 && toReview > 0 && <span className="faint">{t.batch.toReview(toReview)}</span>}
      </p>
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
          title={`${t.nav.keys} (?)`}
          onClick={() => showHelp(true)}
        >
          <Keyboard size={16} aria-hidden />
        </button>
      </div>
    </div>
  )
}
