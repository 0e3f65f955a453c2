import { useState } from 'react'
import { Thumbnail } from '../../components/thumbnail.tsx'
import { useLanguage } from '../../texts/language.tsx'

interface Side {
  readonly id: string
  readonly name: string
  readonly heading: string
}

/** Two pictures one on the other; the dropped one covers the other as far as the slider goes. */
export function CompareSlider({ dropped, other }: { dropped: Side; other: Side }) {
  const { t } = useLanguage()
  const [share, setShare] = useState(50)
  // The knob's middle: it stays within the picture.
  const at = `(12px + (100% - 24px) * ${share / 100})`
  return (
    <div className="compare-slider">
      <Thumbnail id={other.id} isReady size="large" alt={other.name} missing={t.review.noPicture} />
      <div className="compare-over" style={{ clipPath: `inset(0 calc(100% - ${at}) 0 0)` }}>
        <Thumbnail id={dropped.id} isReady size="large" alt={dropped.name} missing={t.review.noPicture} />
      </div>
      <span className="compare-edge" style={{ left: `calc${at}` }} />
      <p aria-hidden>
        <span>{dropped.heading}</span>
        <span>{other.heading}</span>
      </p>
      <input
        type="range"
        aria-label={t.review.sliderAt}
        aria-valuetext={`${share} %`}
        value={share}
        onChange={(event) => setShare(event.target.valueAsNumber)}
      />
    </div>
  )
}
