import { Copy, Send, TriangleAlert, Undo2, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { ItemView } from '../../../shared/domain/batch.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useNow } from '../../components/use-now.ts'
import { isAtRest, isEngineStopped } from '../../stores/engine-slice.ts'
import { rowId } from '../../stores/rows.ts'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import type { Texts } from '../../texts/en.ts'
import { useLanguage } from '../../texts/language.tsx'
import { itemState, nextTryAt } from './item-state.ts'
import { warningsOf } from './warnings.ts'
import './details-pane.css'

/** Everything that is known of the file under the cursor, the code of a failure included. */
export function DetailsPane() {
  const { t } = useLanguage()
  const item = useGalley(({ cursor, projection }) =>
    cursor?.startsWith('item/') ? projection.items.get(rowId(cursor)) : undefined,
  )
  const { showDetails } = useActions()
  return (
    <aside className="details" aria-label={t.details.title}>
      <header>
        <h2>{t.details.title}</h2>
        <IconButton label={t.close} icon={X} shortcut="Esc" onClick={() => showDetails(false)} />
      </header>
      {item === undefined ? <p className="faint details-none">{t.details.nothing}</p> : <ItemDetails item={item} />}
    </aside>
  )
}

function ItemDetails({ item }: { item: ItemView }) {
  const { t, format } = useLanguage()
  const { takeOver } = useActions()
  const isStopped = useGalley(isEngineStopped)
  const isResting = useGalley(isAtRest)
  const nextTry = isResting ? null : nextTryAt(item.hold)
  const now = useNow(nextTry)
  const { icon: Icon, word, tone } = itemState(item, t, now, isResting)
  const warnings = warningsOf(item, t)
  const failure = item.failure ?? (item.hold !== null && 'failure' in item.hold ? item.hold.failure : null)
  return (
    <div className="details-body">
      <div className="details-picture">
        <Thumbnail id={item.id} isReady={item.picture !== null} size="large" />
      </div>
      <p className="details-name selectable">{item.fileName}</p>
      <p className="item-state" data-tone={tone}>
        <Icon size={16} aria-hidden /> {word}
      </p>
      {failure !== null && (
        <div className="details-failure">
          <h3>{t.failure(failure).message}</h3>
          <p>{t.failure(failure).action}</p>
          {nextTry !== null && <p className="tabular">{t.item.nextTry(nextTry, now)}</p>}
          <p className="faint mono selectable">
            {failure.code}
            {failure.detail !== undefined && `\n${t.detail(failure.detail)}`}
          </p>
          {failure.code === 'claimed-elsewhere' && (
            <Button icon={Send} isDisabled={isStopped} onClick={() => void takeOver(item.id)}>
              {t.details.takeOver}
            </Button>
          )}
          <Button kind="quiet" icon={Copy} onClick={() => void navigator.clipboard.writeText(detailsText(item))}>
            {t.details.copy}
          </Button>
        </div>
      )}
      {warnings.length > 0 && (
        <div className="details-warnings">
          <h3>{t.preflight.title}</h3>
          {warnings.map(({ text }) => (
            <p key={text}>
              <TriangleAlert size={14} aria-hidden /> {text}
            </p>
          ))}
        </div>
      )}
      <dl>
        <Fact name={t.details.size}>{format.bytes(item.sizeBytes)}</Fact>
        {item.picture !== null && (
          <>
            <Fact name={t.details.pixels}>{t.item.pixels(item.picture.width, item.picture.height)}</Fact>
            <Fact name={t.details.format}>{item.picture.format.toUpperCase()}</Fact>
            <Fact name={t.details.colours}>
              {t.details.colourSpace(item.picture.colourSpace)}
              {item.picture.hasColourProfile && `, ${t.details.profile}`}
            </Fact>
          </>
        )}
        {item.preflight !== null && (
          <>
            <Fact name={t.details.print}>{t.details.dpi(item.preflight.effectiveDpi)}</Fact>
            {item.preflight.margin > 0 && (
              <Fact name={t.details.margin}>{t.details.marginShare(format.percent(item.preflight.margin))}</Fact>
            )}
          </>
        )}
        {item.matches.length > 0 && (
          <Fact name={t.details.matches}>
            {item.matches.map((match) => (
              <span key={match.id}>{match.fileName}</span>
            ))}
          </Fact>
        )}
        <Fact name={t.details.source}>{item.sourcePath}</Fact>
        <Fact name={t.details.where}>{item.remotePath ?? <span className="faint">{notThere(item, t)}</span>}</Fact>
        {item.twin !== null && (
          <Fact name={t.twins.beside}>
            <span>{t.twins.theirs(item.twin.theirs ?? '', item.twin.device)}</span>
            {item.twin.state === 'withdrawn' && (
              <span className="faint">
                {item.twin.keptUntil === null
                  ? t.twins.notKept
                  : t.twins.keptUntil(format.when(item.twin.keptUntil, Date.now()))}
              </span>
            )}
          </Fact>
        )}
        {item.replaced !== null && (
          <Fact name={t.details.replaced}>
            <span>{item.replaced.fileName}</span>
            <span className="faint">
              {item.replaced.keptUntil === null
                ? t.details.notKept
                : t.details.keptUntil(format.when(item.replaced.keptUntil, Date.now()))}
            </span>
          </Fact>
        )}
      </dl>
      {item.stage === 'done' && (item.replaced?.keptUntil ?? null) !== null && (
        <BringBack itemId={item.id}>{t.details.undoReplaced}</BringBack>
      )}
      {(item.twin?.keptUntil ?? null) !== null && <BringBack itemId={item.id}>{t.twins.bringBack}</BringBack>}
    </div>
  )
}

/** Why it has no place on the NAS. */
function notThere({ twin }: ItemView, t: Texts): string {
  return twin?.state === 'withdrawn' ? t.twins.withdrawn : t.details.notStored
}

/** Brings back the file that was replaced or withdrawn; the item is asked about again. */
function BringBack({ itemId, children }: { readonly itemId: string; readonly children: string }) {
  const { takeBack } = useActions()
  const [isUndoing, setUndoing] = useState(false)
  const undo = async (): Promise<void> => {
    setUndoing(true)
    await takeBack([itemId])
    setUndoing(false)
  }
  return (
    <Button icon={Undo2} isDisabled={isUndoing} onClick={() => void undo()}>
      {children}
    </Button>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="tabular selectable">{children}</dd>
    </div>
  )
}

/** What helps whoever is asked about a failure. */
function detailsText({ fileName, stage, failure, hold }: ItemView): string {
  return JSON.stringify({ fileName, stage, failure, hold }, null, 2)
}
