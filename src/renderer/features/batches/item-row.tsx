import { Info, RotateCw, TriangleAlert, X } from 'lucide-react'
import { memo } from 'react'
import type { ItemView } from '../../../shared/domain/batch.ts'
import { isEnded } from '../../../shared/domain/stages.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { CutLine } from '../../components/cut-line.tsx'
import { ProgressBar } from '../../components/progress.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useNow } from '../../components/use-now.ts'
import { isAtRest, isEngineStopped } from '../../stores/engine-slice.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { QUICK_DECISIONS } from '../duplicates/decisions.ts'
import { canRetry, itemState, nextTryAt } from './item-state.ts'
import { warningsOf } from './warnings.ts'
import './item-row.css'

/** One file of a batch. */
export const ItemRow = memo(function ItemRow({ itemId }: { itemId: string }) {
  const item = useGalley((state) => state.projection.items.get(itemId))
  return item === undefined ? null : <ItemCells item={item} />
})

function ItemCells({ item }: { item: ItemView }) {
  const { t, format } = useLanguage()
  const isResting = useGalley(isAtRest)
  const { icon: Icon, word, tone, reason } = itemState(item, t, useNow(nextTryAt(item.hold)), isResting)
  const { picture } = item
  const warnings = warningsOf(item, t)
  const isUploading = item.stage === 'uploading' && tone === 'moving'
  return (
    <div className="item-row" data-stage={item.stage} data-ended={isEnded(item.stage) && item.stage !== 'failed'}>
      <Thumbnail id={item.id} isReady={hasThumbnail(item)} />
      <CutLine className="item-name" text={item.fileName} />
      <div className="item-state" data-tone={tone}>
        <Icon size={16} aria-hidden />
        <p className="truncate">{word}</p>
        {isUploading && <span className="tabular">{format.percent(item.sentBytes / Math.max(1, item.sizeBytes))}</span>}
      </div>
      <div className="item-more">
        <p className="item-facts faint tabular">
          {format.bytes(item.sizeBytes)}
          {picture !== null && <span className="item-pixels"> · {t.item.pixels(picture.width, picture.height)}</span>}
          {warnings.length > 0 && (
            <span className="item-warning" title={warnings.map(({ text }) => text).join(' · ')}>
              <TriangleAlert size={12} aria-hidden /> {warnings.map(({ short }) => short).join(' · ')}
            </span>
          )}
        </p>
        <div className="item-where">
          {isUploading ? (
            <ProgressBar value={item.sentBytes / Math.max(1, item.sizeBytes)} />
          ) : (
            <Where reason={reason} remotePath={item.remotePath ?? item.reservedName} />
          )}
        </div>
      </div>
      <ItemActions item={item} />
    </div>
  )
}

/** Skipped items were examined too, though no more is told of their picture. */
function hasThumbnail({ picture, stage }: ItemView): boolean {
  return picture !== null || stage === 'skipped'
}

/** The reason of a state, or where the file lies: its name there before its folder, since that tells files apart. Of one
 *  that is not stored yet, the name that it is to have. */
function Where({ reason, remotePath }: { reason: string; remotePath: string | null }) {
  if (reason !== '')
    return (
      <p className="item-reason" title={reason}>
        {reason}
      </p>
    )
  if (remotePath === null) return null
  const nameAt = remotePath.lastIndexOf('/') + 1
  return (
    <div className="item-path">
      <CutLine text={remotePath.slice(nameAt)} />
      {nameAt > 0 && <CutLine className="faint" text={remotePath.slice(0, Math.max(1, nameAt - 1))} />}
    </div>
  )
}

function ItemActions({ item }: { item: ItemView }) {
  const { id, batchId, stage } = item
  const { t } = useLanguage()
  const isStopped = useGalley(isEngineStopped)
  const { decide, retry, cancel, undoCancel, showDetails, moveTo } = useActions()
  if (stage === 'review')
    return (
      <div className="item-actions item-actions-shown">
        {QUICK_DECISIONS.slice(0, 2).map(({ decision, icon }) => (
          <Button
            key={decision}
            icon={icon}
            isByKeyOnly
            isDisabled={isStopped}
            onClick={() => void decide([id], decision)}
          >
            {t.decisions[decision].word}
          </Button>
        ))}
      </div>
    )
  return (
    <div className="item-actions">
      {!isStopped && canRetry(item) && (
        <IconButton
          label={t.item.retry}
          icon={RotateCw}
          shortcut="R"
          isByKeyOnly
          onClick={() => void (stage === 'failed' ? retry : undoCancel)(batchId, [id])}
        />
      )}
      {!isStopped && !isEnded(stage) && (
        <IconButton
          label={t.item.remove}
          icon={X}
          shortcut="Del"
          isByKeyOnly
          onClick={() => void cancel([{ batchId, itemIds: [id] }])}
        />
      )}
      <IconButton
        label={t.item.details}
        icon={Info}
        shortcut="Space"
        isByKeyOnly
        onClick={() => {
          moveTo(`item/${id}`)
          showDetails(true)
        }}
      />
    </div>
  )
}
