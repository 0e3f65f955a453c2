import {
  CloudOff,
  DatabaseBackup,
  HardDrive,
  History,
  KeyRound,
  Laptop,
  type LucideIcon,
  RotateCw,
  Server,
  ShieldAlert,
  X,
} from 'lucide-react'
import { useState } from 'react'
import type { FailureCode } from '../../../shared/domain/failure.ts'
import type { HeldKind } from '../../../shared/domain/failure-rule.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { chosenShop, isReady } from '../../stores/window-slice.ts'
import { useLanguage } from '../../texts/language.tsx'
import { CancelDialog } from '../batches/batch-row.tsx'
import './banners.css'
import { CodeBanner } from './code-banner.tsx'
import { heldWords } from './held-words.ts'

const ICONS: Readonly<Record<HeldKind, LucideIcon>> = {
  'host-key': ShieldAlert,
  'needs-sign-in': KeyRound,
  'nas-full': HardDrive,
  'nas-setup': HardDrive,
  offline: CloudOff,
  backend: Server,
  local: Laptop,
}

/** What is mended in Settings; the rest outside of Galley, and is then tried again. */
const IN_SETTINGS: ReadonlySet<FailureCode> = new Set([
  'host-key-unknown',
  'host-key-changed',
  'needs-sign-in',
  'password-expired',
  'key-unusable',
  'key-locked',
  'old-algorithms-only',
  'folder-missing',
  'backend-token',
  'configuration',
])

/** What a person must know before anything else: why things stand still, what was kept, what to do. */
export function Banners() {
  return (
    <div className="banners">
      <EngineBanner />
      <RebuiltBanner />
      <RestoredBanner />
      <HeldBanners />
      <NotReadyBanner />
    </div>
  )
}

function EngineBanner() {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const engine = useGalley((state) => state.engine)
  switch (engine.state) {
    case 'running':
    case 'starting':
      return null
    case 'restarting':
      return (
        <Banner kind="warn" icon={RotateCw} title={t.banner.restarting} text={t.banner.restartingAction} isTurning />
      )
    case 'stopped': {
      const { message, action } = t.failure(engine.failure)
      return (
        <Banner
          kind="bad"
          icon={ShieldAlert}
          title={t.banner.stopped}
          text={`${message} ${action}`}
          action={t.banner.startAgain}
          onAction={() => void bridge.restartEngine()}
        />
      )
    }
  }
}

/** A catalog that was damaged: from when it is now, and what to drop again. */
function RebuiltBanner() {
  const { t, format } = useLanguage()
  const { seeRebuilt } = useActions()
  const rebuilt = useGalley((state) => state.projection.status.rebuilt)
  if (rebuilt === null) return null
  const when = rebuilt.copyFrom === null ? null : format.when(rebuilt.copyFrom, rebuilt.at)
  return (
    <Banner
      kind="warn"
      icon={DatabaseBackup}
      title={t.banner.rebuilt(when)}
      text={t.banner.rebuiltText(when, rebuilt.keptIn)}
      action={t.banner.understood}
      onAction={() => void seeRebuilt()}
    />
  )
}

/** What went on by itself from the last time, and may be paused or discarded. */
function RestoredBanner() {
  const { t } = useLanguage()
  const { pause, seeRestored } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const restored = useGalley(({ projection: { status }, isRestoredSeen }) => (isRestoredSeen ? null : status.restored))
  const going = useGalley(({ projection: { batches } }) =>
    batches
      .filter(({ id, counts }) => counts.active > 0 && restored?.batchIds.includes(id))
      .reduce((sum, { counts }) => sum + counts.active + counts.review, 0),
  )
  if (restored === null || going === 0) return null
  return (
    <div className="banner" data-kind="plain" role="status">
      <History size={16} aria-hidden />
      <p>
        <strong>{t.banner.restored(restored.files)}</strong> {t.banner.restoredText}
      </p>
      <Button
        onClick={() => {
          void pause(null)
          seeRestored()
        }}
      >
        {t.banner.pause}
      </Button>
      <Button onClick={() => setIsAsking(true)}>{t.banner.discard}</Button>
      <IconButton label={t.banner.close} icon={X} onClick={seeRestored} />
      {isAsking && <CancelDialog batchIds={restored.batchIds} files={going} onClose={() => setIsAsking(false)} />}
    </div>
  )
}

function HeldBanners() {
  const { t } = useLanguage()
  const all = useGalley((state) => state.work.held)
  const { show, tryNow } = useActions()
  return all.map((held) => {
    const { kind, failure } = held
    const { title, text } = heldWords(held, t)
    if (failure.code === 'code-wanted') return <CodeBanner key={kind} {...held} />
    const isSetting = IN_SETTINGS.has(failure.code)
    return (
      <Banner
        key={kind}
        kind={failure.code === 'host-key-changed' ? 'bad' : 'warn'}
        icon={ICONS[kind]}
        title={title}
        text={text}
        action={isSetting ? t.banner.settings : t.banner.tryNow}
        onAction={() => (isSetting ? show('settings') : void tryNow())}
      />
    )
  })
}

function NotReadyBanner() {
  const { t } = useLanguage()
  const isMissing = useGalley(({ shops, preferences }) => {
    const chosen = chosenShop(shops, preferences)
    return chosen !== null && (!isReady(chosen.shop) || chosen.templates.length === 0)
  })
  const isInSettings = useGalley((state) => state.screen === 'settings')
  const { show } = useActions()
  if (!isMissing || isInSettings) return null
  return (
    <Banner
      kind="warn"
      icon={HardDrive}
      title={t.banner.notReady}
      text={t.banner.notReadyAction}
      action={t.banner.settings}
      onAction={() => show('settings')}
    />
  )
}

interface BannerProps {
  readonly kind: 'warn' | 'bad'
  readonly icon: LucideIcon
  readonly title: string
  readonly text: string
  readonly action?: string
  readonly onAction?: () => void
  readonly isTurning?: boolean
}

function Banner({ kind, icon: Icon, title, text, action, onAction, isTurning }: BannerProps) {
  return (
    <div className="banner" data-kind={kind} role="status">
      <Icon size={16} className={isTurning ? 'turning' : ''} aria-hidden />
      <p>
        <strong>{title}</strong> {text}
      </p>
      {action !== undefined && onAction !== undefined && <Button onClick={onAction}>{action}</Button>}
    </div>
  )
}
