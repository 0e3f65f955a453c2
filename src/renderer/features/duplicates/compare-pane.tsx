import { ChevronLeft, ChevronRight, Equal } from 'lucide-react'
import type { ItemView, MatchView } from '../../../shared/domain/batch.ts'
import { IconButton } from '../../components/button.tsx'
import { CutLine } from '../../components/cut-line.tsx'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useActions, useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { CompareSlider } from './compare-slider.tsx'

/** A dropped design beside one that it looks like, and why. */
export function ComparePane({ itemId, index, total }: { itemId: string; index: number; total: number }) {
  const { t } = useLanguage()
  const item = useGalley((state) => state.projection.items.get(itemId))
  const isSlider = useGalley((state) => state.isSlider)
  const chosen = useGalley((state) => state.matchAt)
  const match = item?.matches[chosen] ?? item?.matches[0]
  const twin = useGalley((state) => (match === undefined ? undefined : state.projection.items.get(match.id)))
  const facts = useFacts()
  if (item === undefined || match === undefined) return null
  const other = match.against === 'design' ? t.review.known : t.review.inBatch
  return (
    <>
      <p className="compare-why">
        <Equal size={16} aria-hidden />
        <span>
          <strong>{t.review.why(match)}.</strong> <span className="compare-more">{t.review.whyText(match)}</span>
        </span>
        <MatchPager count={item.matches.length} chosen={chosen} />
        <span className="faint tabular">{t.review.position(index + 1, total)}</span>
      </p>
      <Viewing />
      {isSlider ? (
        <CompareSlider
          dropped={{ id: itemId, name: item.fileName, heading: t.review.yours }}
          other={{ id: match.id, name: match.fileName, heading: other }}
        />
      ) : (
        <div className="compare-sides" data-wide={isWide(item)}>
          <Side heading={t.review.yours} id={itemId} name={item.fileName} facts={facts.ofItem(item)} />
          <Side heading={other} id={match.id} name={match.fileName} facts={facts.ofMatch(match, twin)} />
        </div>
      )}
    </>
  )
}

/** Wide pictures are seen larger one above the other than side by side. */
function isWide({ picture }: ItemView): boolean {
  return picture !== null && picture.width > picture.height * 1.6
}

/** Goes through what the design looks like, the closest first; a decision is about all of them. */
function MatchPager({ count, chosen }: { count: number; chosen: number }) {
  const { t } = useLanguage()
  const { lookAtMatch } = useActions()
  if (count < 2) return null
  return (
    <span className="compare-pager">
      <IconButton
        label={t.review.previousMatch}
        icon={ChevronLeft}
        onClick={() => lookAtMatch((chosen + count - 1) % count)}
      />
      <span className="tabular">{t.review.matchOf(chosen + 1, count)}</span>
      <IconButton label={t.review.nextMatch} icon={ChevronRight} onClick={() => lookAtMatch((chosen + 1) % count)} />
    </span>
  )
}

function Viewing() {
  const { t } = useLanguage()
  const isSlider = useGalley((state) => state.isSlider)
  const { showSlider } = useActions()
  return (
    <fieldset className="compare-viewing" aria-label={t.review.viewing}>
      {[false, true].map((slides) => (
        <button
          key={String(slides)}
          type="button"
          aria-pressed={isSlider === slides}
          onClick={() => showSlider(slides)}
        >
          {slides ? t.review.slider : t.review.sides}
        </button>
      ))}
      <kbd aria-hidden>C</kbd>
    </fieldset>
  )
}

/** What is known of the dropped item, and of what it looks like. */
function useFacts() {
  const { t, format } = useLanguage()
  const ofItem = ({ picture, sizeBytes }: ItemView): readonly string[] =>
    picture === null
      ? [format.bytes(sizeBytes)]
      : [t.item.pixels(picture.width, picture.height), picture.format.toUpperCase(), format.bytes(sizeBytes)]
  /** Of a design of the library that was not dropped here, little. */
  const ofMatch = ({ pixels }: MatchView, twin: ItemView | undefined): readonly string[] => {
    if (twin !== undefined) return ofItem(twin)
    return pixels === null ? [] : [t.item.pixels(pixels.width, pixels.height)]
  }
  return { ofItem, ofMatch }
}

interface SideProps {
  readonly heading: string
  readonly id: string
  readonly name: string
  readonly facts: readonly string[]
}

function Side({ heading, id, name, facts }: SideProps) {
  const { t } = useLanguage()
  return (
    <figure>
      <p className="compare-heading">{heading}</p>
      <div className="compare-picture">
        <Thumbnail id={id} isReady size="large" alt={name} missing={t.review.noPicture} />
      </div>
      <figcaption>
        <CutLine className="selectable" text={name} />
        {facts.length > 0 && <p className="faint tabular truncate">{facts.join('  ·  ')}</p>}
      </figcaption>
    </figure>
  )
}
