import { ChevronRight, ChevronsUpDown, FileDown, Pause, Play, RotateCw, X } from 'lucide-react'
import { memo, useState } from 'react'
import { type BatchView, PRIORITIES } from '../../../shared/domain/batch.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Menu } from '../../components/menu.tsx'
import { ProgressRing, type RingState } from '../../components/progress.tsx'
import { isAllHeld } from '../../stores/attention.ts'
import { countOf } from '../../stores/filters.ts'
import { estimateMs } from '../../stores/meter.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
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
  const ringState = ringStateOf(batch)
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
      <ProgressRing value={total === 0 ? 0 : ended / total} state={ringState} />
      <div className="batch-title">
        <h2 className="truncate">
          {batch.state === 'scanning' ? t.batch.scanning(total) : t.batch.title(total, batch.templateName)}
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

function ringStateOf({ state, counts }: BatchView): RingState {
  switch (state) {
    case 'scanning':
      return 'scanning'
    case 'paused':
      return 'paused'
    case 'active':
      return counts.active === 0 && counts.review > 0 ? 'attention' : 'moving'
    case 'ended':
      if (counts.failed > 0) return 'failed'
      return counts.done + counts.skipped > 0 ? 'done' : 'empty'
  }
}

function BatchLine({ batch, total }: { batch: BatchView; total: number }) {
  const { t, format } = useLanguage()
  const meters = useGalley((state) => state.meters.get(batch.id))
  const isHeld = useGalley(({ projection }) => isAllHeld(projection, batch.id))
  const left = isHeld ? null : estimateMs(batch, meters?.done)
  const rate = batch.state === 'active' && batch.counts.active > 0 ? (meters?.sent.perSecond ?? 0) : 0
  const { counts, state } = batch
  const size = format.bytes(batch.totalBytes)
  const created = format.when(batch.createdAt, Date.now())
  const isAllKnown = total > 0 && counts.skipped === total
  const parts =
    state === 'ended'
      ? [isAllKnown ? t.batch.allKnown(total) : t.batch.outcome(counts), size, created]
      : [
          state === 'paused' && t.batch.paused,
          state !== 'scanning' && t.batch.progress(countOf(batch, 'done'), total),
          left !== null && t.batch.left(left),
          rate >= 1 && format.rate(rate),
          size,
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
      {state !== 'ended' && counts.failed > 0 && <strong data-tone="bad">{t.batch.failed(counts.failed)}</strong>}
      {state !== 'ended' && counts.review > 0 && <strong data-tone="warn">{t.batch.toReview(counts.review)}</strong>}
    </p>
  )
}

function BatchActions({ batch: { id, state, priority, counts } }: { batch: BatchView }) {
  const { t } = useLanguage()
  const { pause, resume, prioritize, retry, saveReceipt, notify } = useActions()
  const [isAsking, setIsAsking] = useState(false)
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    const path = await saveReceipt(id, format)
    if (path !== null) notify({ kind: 'saved', path })
  }
  return (
    <div className="batch-actions">
      {counts.failed > 0 && (
        <Button icon={RotateCw} onClick={() => void retry(id)}>
          {t.batch.retryFailed(counts.failed)}
        </Button>
      )}
      {(state === 'active' || state === 'scanning') && (
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
    </div>
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
  return (
    <Dialog label={words.title} onClose={onClose}>
      <h2>{words.title}</h2>
      <p className="soft">{words.text(files)}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{words.no}</Button>
        <Button
          kind="danger"
          onClick={() => {
            onClose()
            for (const batchId of batchIds) void cancel(batchId)
          }}
        >
          {words.yes}
        </Button>
      </div>
    </Dialog>
  )
}
