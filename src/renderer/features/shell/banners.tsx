import {
  DatabaseBackup,
  GitCompareArrows,
  HardDrive,
  History,
  LibraryBig,
  type LucideIcon,
  RotateCw,
  ShieldAlert,
  X,
} from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { isChangedIdentity } from '../../../shared/domain/failure.ts'
import type { Held } from '../../../shared/domain/work-status.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { MENDED_AT, missingPlace } from '../../stores/settings-places.ts'
import { chosenShop, nameElsewhere } from '../../stores/shown-shop.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { CancelDialog } from '../batches/batch-row.tsx'
import { HELD_ICONS } from '../batches/item-state.ts'
import './banners.css'
import { CodeBanner } from './code-banner.tsx'
import { DropWithdrawn } from './drop-withdrawn.tsx'
import { heldWords } from './held-words.ts'
import { Resend } from './resend.tsx'
import { SettlePlace } from './settle-place.tsx'
import { TwinBanners } from './twin-banners.tsx'

/** What a person must know before anything else: why things stand still, what was kept, what to do. */
export function Banners() {
  return (
    <div className="banners">
      <EngineBanner />
      <RebuiltBanner />
      <RecordsKeptBanner />
      <RestoredBanner />
      <HeldBanners />
      <LibraryBanners />
      <TemplateBanner />
      <TwinBanners />
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
          text={`${message} ${action} ${t.banner.stoppedText}`}
        >
          <Button onClick={() => void bridge.revealLog()}>{t.activity.openLog}</Button>
          <Button onClick={() => void bridge.restartEngine()}>{t.banner.startAgain}</Button>
        </Banner>
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
    >
      <Button onClick={() => void seeRebuilt()}>{t.banner.understood}</Button>
    </Banner>
  )
}

/** Records of this computer that did not open, and where they are. */
function RecordsKeptBanner() {
  const { t } = useLanguage()
  const { seeRecordsKept } = useActions()
  const keptIn = useGalley((state) => state.projection.status.recordsKeptIn)
  if (keptIn === null) return null
  return (
    <Banner kind="warn" icon={DatabaseBackup} title={t.banner.recordsKept} text={t.banner.recordsKeptText(keptIn)}>
      <Button onClick={() => void seeRecordsKept()}>{t.banner.understood}</Button>
    </Banner>
  )
}

/** What went on by itself from the last time, and may be paused or discarded. */
function RestoredBanner() {
  const { t } = useLanguage()
  const { pause, seeRestored } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const restored = useGalley(({ projection: { status }, isRestoredSeen }) => (isRestoredSeen ? null : status.restored))
  const going = useGalley(
    useShallow(({ projection: { batches } }) =>
      batches.filter(({ id, counts }) => counts.active > 0 && restored?.batchIds.includes(id)),
    ),
  )
  if (restored === null || going.length === 0) return null
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
      {isAsking && (
        <CancelDialog
          batchIds={going.map(({ id }) => id)}
          files={going.reduce((sum, { counts }) => sum + counts.active + counts.review, 0)}
          onClose={() => setIsAsking(false)}
        />
      )}
    </div>
  )
}

function HeldBanners() {
  const all = useGalley((state) => state.work.held)
  return all.map((held) =>
    held.failure.code === 'code-wanted' ? (
      <CodeBanner key={held.kind} {...held} />
    ) : (
      <HeldBanner key={held.kind} {...held} />
    ),
  )
}

function HeldBanner(held: Held) {
  const { t } = useLanguage()
  const { leadTo, tryNow } = useActions()
  const { kind, failure, shopId } = held
  const shopName = useGalley((state) => nameElsewhere(state, shopId))
  const { title, text } = heldWords(held, t, shopName)
  const place = MENDED_AT[failure.code]
  return (
    <Banner kind={isChangedIdentity(failure.code) ? 'bad' : 'warn'} icon={HELD_ICONS[kind]} title={title} text={text}>
      {place === undefined ? (
        <Button onClick={() => void tryNow()}>{t.banner.tryNow}</Button>
      ) : (
        <Button onClick={() => leadTo(place, shopId)}>{t.banner.leads[place]}</Button>
      )}
      {failure.code === 'backend-anew' && <Resend shopId={shopId} />}
      {kind === 'nas-full' && <DropWithdrawn shopId={shopId} />}
      {failure.code === 'place-other' && <SettlePlace shopId={shopId} />}
    </Banner>
  )
}

/** What is dropped waits until the shop's library is read; or it cannot be, and is not waited for. */
function LibraryBanners() {
  const { t } = useLanguage()
  const { tryNow } = useActions()
  const libraries = useGalley(
    useShallow(({ projection: { status, batches } }) =>
      status.libraries.filter(({ shopId }) =>
        batches.some((batch) => batch.shopId === shopId && (batch.counts.active > 0 || batch.state === 'scanning')),
      ),
    ),
  )
  return libraries.map((library) =>
    library.kind === 'reading' ? (
      <Banner
        key={library.shopId}
        kind="plain"
        icon={LibraryBig}
        title={`${t.work.readingLibrary(library.read, library.total)}.`}
        text={t.banner.libraryText}
      />
    ) : (
      <Banner
        key={library.shopId}
        kind="warn"
        icon={LibraryBig}
        title={t.work.libraryAway}
        text={`${library.failure === null ? '' : `${t.failure(library.failure).message} `}${t.work.libraryAwayText}`}
      >
        <Button onClick={() => void tryNow()}>{t.banner.tryNow}</Button>
      </Banner>
    ),
  )
}

/** A template here is not as the shop's of its name or folder: a person says which holds. */
function TemplateBanner() {
  const { t } = useLanguage()
  const { leadTo } = useActions()
  const setup = useGalley(({ shops, preferences }) => chosenShop(shops, preferences))
  const isInSettings = useGalley((state) => state.screen === 'settings')
  const template = setup?.templates.find(({ theirs }) => theirs !== null)
  if (setup === null || template === undefined || isInSettings) return null
  return (
    <Banner
      kind="warn"
      icon={GitCompareArrows}
      title={t.banner.templateDiffers(template.name)}
      text={t.banner.templateDiffersText}
    >
      <Button onClick={() => leadTo('template', setup.shop.id)}>{t.banner.compare}</Button>
    </Banner>
  )
}

function NotReadyBanner() {
  const { t } = useLanguage()
  const setup = useGalley(({ shops, preferences }) => chosenShop(shops, preferences))
  const isInSettings = useGalley((state) => state.screen === 'settings')
  const { leadTo } = useActions()
  const place = setup === null ? null : missingPlace(setup)
  if (setup === null || place === null || isInSettings) return null
  return (
    <Banner kind="warn" icon={HardDrive} title={t.banner.notReady} text={t.banner.notReadyAction}>
      <Button onClick={() => leadTo(place, setup.shop.id)}>{t.banner.leads[place]}</Button>
    </Banner>
  )
}

interface BannerProps {
  readonly kind: 'plain' | 'warn' | 'bad'
  readonly icon: LucideIcon
  readonly title: string
  readonly text: string
  readonly isTurning?: boolean
  /** Its buttons. */
  readonly children?: ReactNode
}

function Banner({ kind, icon: Icon, title, text, isTurning, children }: BannerProps) {
  return (
    <div className="banner" data-kind={kind} role="status">
      <Icon size={16} className={isTurning ? 'turning' : ''} aria-hidden />
      <p>
        <strong>{title}</strong> {text}
      </p>
      {children}
    </div>
  )
}
