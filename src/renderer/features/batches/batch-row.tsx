import {
  ChevronRight,
  ChevronsUpDown,
  CircleX,
  CopyCheck,
  FileDown,
  Link,
  type LucideIcon,
  Pause,
  Play,
  RotateCw,
  TriangleAlert,
  X,
} from 'lucide-react'
import { memo, useState } from 'react'
import { type BatchView, PRIORITIES } from '../../../shared/domain/batch.ts'
import { canMove, type EngineState } from '../../../shared/domain/work-status.ts'
import { heldWord } from '../../../shared/texts/status-words.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Menu } from '../../components/menu.tsx'
import { ProgressRing } from '../../components/progress.tsx'
import { useNow } from '../../components/use-now.ts'
import { isEngineStopped } from '../../stores/engine-slice.ts'
import { countOf } from '../../stores/filters.ts'
import type { GalleyState } from '../../stores/galley-store.ts'
import { batchLeftMs, isMoving } from '../../stores/meter.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'
import { nextTryAt } from './item-state.ts'
import { ringStateOf } from './ring-state.ts'
import './batch-row.css'

/** The header of a batch: what it is, how far it is, what can be done with it. */
export const BatchRow = memo(function BatchRow({ batchId, isOpened }: { batchId: string; isOpened: boolean }) {
  const batch = useGalley((state) => state.projection.batches.find(({ id }) => id === batchId))
  if (batch === undefined) return null
  return <BatchHeader batch={batch} isOpened={isOpened} />
})

function BatchHeader({ batch, isOpened }: { batch: BatchView; isOpened: boolean }) {
  const { t } = useLanguage()
  const { setOpened } = useActions()
  const total = countOf(batch, 'all')
  const ended = total - batch.counts.active - batch.counts.review
  const engine = useGalley((state) => state.engine)
  const isLooking = batch.state === 'scanning' && canMove(engine)
  return (
    <div className="batch-row">
      <button
        type="button"
        className="icon-button batch-fold"
        tabIndex={-1}
        aria-label={isOpened ? t.batch.shut : t.batch.open}
        aria-expanded={isOpened}
        onClick={() => setOpened(batch.id, !isOpened)}
      >
        <ChevronRight size={16} aria-hidden />
      </button>
      <ProgressRing value={total === 0 ? 0 : ended / total} state={ringStateOf(batch, engine)} />
      <div className="batch-title">
        <h2 className="truncate">
          {isLooking ? t.batch.scanning(total) : <BatchTitle batch={batch} total={total} />}
          {batch.state !== 'ended' && batch.priority !== 'normal' && (
            <span className="batch-priority">{t.batch.hasPriority[batch.priority]}</span>
          )}
        </h2>
        <BatchLine batch={batch} total={total} />
      </div>
      <BatchActions batch={batch} />
    </div>
  )
}

/** Where it came from, and what it is. */
function BatchTitle({ batch: { folderName, templateName }, total }: { batch: BatchView; total: number }) {
  const { t } = useLanguage()
  return [...(folderName === '' ? [] : [folderName]), t.batch.title(total, templateName)].join(' · ')
}

function BatchLine({ batch, total }: { batch: BatchView; total: number }) {
  const { t, format } = useLanguage()
  const left = useGalley(({ projection, pace }) => batchLeftMs(batch, projection.batches, pace))
  const rate = useGalley((state) => speedOf(batch, state))
  const { counts, state } = batch
  const engine = useGalley((all) => all.engine)
  const nextTry = canMove(engine) ? nextTryAt(batch.hold) : null
  const now = useNow(nextTry)
  const size = format.bytes(batch.totalBytes)
  const created = format.when(batch.createdAt, now)
  const ignored = batch.ignoredCount > 0 && t.batch.ignored(batch.ignoredCount)
  const linksOut = batch.linksOut > 0 && t.batch.linksOut(batch.linksOut)
  const isAllKnown = total > 0 && counts.skipped === total
  const parts =
    state === 'ended'
      ? [isAllKnown ? t.batch.allKnown(total) : t.batch.outcome(counts), size, created, ignored, linksOut]
      : [
          whyStill(batch, engine, t),
          nextTry !== null && t.work.nextTry(nextTry, now),
          state !== 'scanning' && t.batch.progress(counts.done, total),
          counts.skipped > 0 && t.batch.skipped(counts.skipped),
          counts.cancelled > 0 && t.batch.cancelled(counts.cancelled),
          left !== null && canMove(engine) && t.batch.left(left),
          rate > 0 && format.rate(rate),
          size,
          created,
          ignored,
          linksOut,
        ]
  return (
    <p className="batch-line tabular">
      <span className="batch-facts">
        {parts
          .filter((part) => part !== false)
          .map((part) => (
            <span key={part}>{part}</span>
          ))}
      </span>
      <Pill tone="warn" icon={TriangleAlert} count={batch.warned} words={t.batch.warned} />
      {state !== 'ended' && <Pill tone="bad" icon={CircleX} count={counts.failed} words={t.batch.failed} />}
      {state !== 'ended' && <Pill tone="warn" icon={CopyCheck} count={counts.review} words={t.batch.toReview} />}
    </p>
  )
}

interface PillProps {
  readonly tone: 'warn' | 'bad'
  readonly icon: LucideIcon
  readonly count: number
  readonly words: (count: number) => string
}

/** What a person is to look at: in words, or where there is no room for those as a sign and a number. */
function Pill({ tone, icon: Icon, count, words }: PillProps) {
  const { format } = useLanguage()
  if (count === 0) return null
  return (
    <strong className="batch-pill" data-tone={tone} title={words(count)}>
      <span>{words(count)}</span>
      <span aria-hidden>
        <Icon size={12} /> {format.count(count)}
      </span>
    </strong>
  )
}

/** The speed of all of it, where this batch has the line to itself. */
function speedOf({ id }: BatchView, { work, projection }: Pick<GalleyState, 'work' | 'projection'>): number {
  const moving = projection.batches.filter(isMoving)
  return work.kind === 'working' && moving.length === 1 && moving[0]?.id === id ? work.bytesPerSecond : 0
}

/** What keeps the whole batch from getting on, in a word or two. */
function whyStill({ state, hold }: BatchView, engine: EngineState, t: Texts): string | false {
  if (!canMove(engine)) return t.work[engine.state]
  if (hold === null) return state === 'paused' && t.work.paused(null)
  if (hold.kind === 'scheduled') return t.work.paused(hold.until)
  if (hold.kind === 'retry-at') return t.holds[hold.kind](hold.attempt)
  if (hold.kind === 'elsewhere' || hold.kind === 'twin' || hold.kind === 'library') return t.holds[hold.kind]
  return 'failure' in hold ? heldWord(hold.kind, hold.failure, t.work) : t.holds[hold.kind]
}

function BatchActions({ batch: { id, state, priority, counts, toRetry, linksOut } }: { batch: BatchView }) {
  const { t } = useLanguage()
  const isPausedAll = useGalley((all) => all.projection.status.pausedAll)
  const isStopped = useGalley(isEngineStopped)
  const canPause = state === 'scanning' || (state === 'active' && counts.active > 0)
  const { pause, resume, prioritize, retry, takeLinks, undoCancel, saveReceipt, notify } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    const path = await saveReceipt(id, format)
    if (path !== null) notify({ kind: 'saved', path })
  }
  // Without the engine nothing can be done about it.
  return (
    <fieldset className="batch-actions" disabled={isStopped}>
      {toRetry > 0 && (
        <Button icon={RotateCw} onClick={() => void retry(id)}>
          {t.batch.retryFailed(toRetry)}
        </Button>
      )}
      {toRetry === 0 && counts.cancelled > 0 && (
        <Button icon={RotateCw} onClick={() => void undoCancel(id)}>
          {t.batch.retryCancelled(counts.cancelled)}
        </Button>
      )}
      {linksOut > 0 && (
        <Button icon={Link} onClick={() => void takeLinks(id)}>
          {t.batch.takeLinks(linksOut)}
        </Button>
      )}
      {canPause && !isPausedAll && (
        <IconButton label={t.batch.pause} icon={Pause} shortcut="P" onClick={() => void pause(id)} />
      )}
      {state === 'paused' && (
        <Button icon={Play} onClick={() => void resume(id)}>
          {t.batch.resume}
        </Button>
      )}
      {state !== 'ended' && (
        <Menu
          label={t.batch.priority}
          icon={ChevronsUpDown}
          choices={PRIORITIES.map((one) => ({
            label: t.batch.hasPriority[one],
            isChosen: one === priority,
            onChoose: () => void prioritize(id, one),
          }))}
        />
      )}
      <Menu
        label={t.batch.receipt}
        icon={FileDown}
        choices={[
          { label: t.batch.receiptCsv, onChoose: () => void save('csv') },
          { label: t.batch.receiptJson, onChoose: () => void save('json') },
        ]}
      />
      {state !== 'ended' && (
        <IconButton label={t.batch.cancel} icon={X} shortcut="Del" onClick={() => setIsAsking(true)} />
      )}
      {isAsking && (
        <CancelDialog batchIds={[id]} files={counts.active + counts.review} onClose={() => setIsAsking(false)} />
      )}
    </fieldset>
  )
}

interface CancelDialogProps {
  readonly batchIds: readonly string[]
  readonly files: number
  readonly onClose: () => void
}

/** Asks once more before whole batches are cancelled. */
export function CancelDialog({ batchIds, files, onClose }: CancelDialogProps) {
  const { t } = useLanguage()
  const { cancel } = useActions()
  const words = t.batch.confirmCancel
  const title = words.title(batchIds.length)
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p className="soft">{words.text(files)}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{words.no}</Button>
        <Button
          kind="danger"
          onClick={() => {
            onClose()
            void cancel(batchIds.map((batchId) => ({ batchId })))
          }}
        >
          {words.yes(batchIds.length)}
        </Button>
      </div>
    </Dialog>
  )
}
