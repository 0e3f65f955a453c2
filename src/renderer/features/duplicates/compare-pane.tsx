import { Equal } from 'lucide-react'
import type { ItemView } from '../../../shared/domain/batch.ts'
import type { Match } from '../../../shared/domain/match.ts'
import { Button } from '../../components/button.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { DECISIONS } from './decisions.ts'

/** A dropped design beside the one that it looks like, why, and what can be said about it. */
export function ComparePane({ itemId, index, total }: { itemId: string; index: number; total: number }) {
  const { t } = useLanguage()
  const item = useGalley((state) => state.projection.items.get(itemId))
  const { decide } = useActions()
  const match = item?.matches[0]
  if (item === undefined || match === undefined) return null
  return (
    <section className="compare">
      <p className="compare-why">
        <Equal size={16} aria-hidden />
        <span>
          <strong>{t.review.why(match)}.</strong> {t.review.whyText(match)}
        </span>
        <span className="faint tabular">{t.review.position(index + 1, total)}</span>
      </p>
      <div className="compare-sides" data-wide={isWide(item)}>
        <DroppedSide item={item} />
        <MatchSide match={match} others={item.matches.length - 1} />
      </div>
      <footer className="compare-decide">
        {DECISIONS.map(({ decision, key, icon }) => (
          <Button
            key={decision}
            icon={icon}
            shortcut={key.toUpperCase()}
            hint={t.decisions[decision].text}
            onClick={() => void decide([itemId], decision)}
          >
            {t.decisions[decision].word}
          </Button>
        ))}
      </footer>
    </section>
  )
}

/** Wide pictures are seen larger one above the other than side by side. */
function isWide({ picture }: ItemView): boolean {
  return picture !== null && picture.width > picture.height * 1.6
}

function DroppedSide({ item }: { item: ItemView }) {
  const { t } = useLanguage()
  return (
    <Side
      heading={t.review.yours}
      id={item.id}
      isReady={item.picture !== null}
      name={item.fileName}
      facts={useFacts(item)}
    />
  )
}

function MatchSide({ match, others }: { match: Match; others: number }) {
  const { t } = useLanguage()
  const twin = useGalley((state) => (match.against === 'item' ? state.projection.items.get(match.id) : undefined))
  const facts = useFacts(twin)
  return (
    <Side
      heading={match.against === 'design' ? t.review.known : t.review.inBatch}
      id={match.id}
      isReady
      name={match.fileName}
      facts={[...facts, ...(others > 0 ? [t.review.others(others)] : [])]}
    />
  )
}

function useFacts(item: ItemView | undefined): readonly string[] {
  const { t, format } = useLanguage()
  if (item === undefined) return []
  const { picture, sizeBytes } = item
  if (picture === null) return [format.bytes(sizeBytes)]
  return [t.item.pixels(picture.width, picture.height), picture.format.toUpperCase(), format.bytes(sizeBytes)]
}

interface SideProps {
  readonly heading: string
  readonly id: string
  readonly isReady: boolean
  readonly name: string
  readonly facts: readonly string[]
}

function Side({ heading, id, isReady, name, facts }: SideProps) {
  return (
    <figure>
      <p className="compare-heading">{heading}</p>
      <div className="compare-picture">
        <Thumbnail id={id} isReady={isReady} size="large" alt={name} />
      </div>
      <figcaption>
        <p className="truncate selectable" title={name}>
          {name}
        </p>
        <p className="faint tabular truncate">{facts.join('  ·  ')}</p>
      </figcaption>
    </figure>
  )
}
