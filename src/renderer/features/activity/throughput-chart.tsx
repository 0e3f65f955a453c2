import { THROUGHPUT_SECONDS } from '../../stores/engine-slice.ts'
import { useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const WIDTH = THROUGHPUT_SECONDS - 1
const HEIGHT = 100
/** Where time is told, beside now. */
const MINUTES_AGO = [THROUGHPUT_SECONDS / 60, THROUGHPUT_SECONDS / 120]

/** The bytes that went to the NAS, second by second, with what they are measured by. */
export function ThroughputChart() {
  const { t, format } = useLanguage()
  const readings = useGalley((state) => state.throughput)
  const now = useGalley(({ work }) => (work.kind === 'working' ? work.bytesPerSecond : 0))
  const peak = Math.max(0, ...readings)
  const top = roundAbove(peak)
  const points = readings.map((value, index) => {
    const x = WIDTH - (readings.length - 1 - index)
    return `${x},${HEIGHT - (value / top) * HEIGHT}`
  })
  const start = WIDTH - (readings.length - 1)
  return (
    <section className="throughput">
      <header>
        <div>
          <h2>{t.activity.throughput}</h2>
          <p className="faint">{t.activity.throughputText}</p>
        </div>
        <div>
          <p className="figure-value tabular">{format.rate(now)}</p>
          {peak > 0 && <p className="faint tabular">{t.activity.fastest(format.rate(peak))}</p>}
        </div>
      </header>
      <div className="throughput-plot tabular">
        <div className="throughput-scale faint" aria-hidden>
          {[top, top / 2, 0].map((value) => (
            <span key={value}>{value === 0 ? 0 : peak > 0 && format.limit(value)}</span>
          ))}
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t.activity.chart(format.rate(now), format.rate(peak))}
        >
          <path d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} className="throughput-grid" />
          {points.length > 1 && (
            <>
              <path d={`M${start},${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z`} className="throughput-area" />
              <path d={`M${points.join('L')}`} className="throughput-line" />
            </>
          )}
        </svg>
        <div className="throughput-times faint" aria-hidden>
          {MINUTES_AGO.map((minutes) => (
            <span key={minutes}>{t.activity.ago(minutes)}</span>
          ))}
          <span>{t.activity.now}</span>
        </div>
      </div>
    </section>
  )
}

/** The next of 1, 2, 5, 10, 20, ... bytes a second: what a scale can be read by. */
function roundAbove(peak: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, peak)))
  return power * ([1, 2, 5].find((step) => step * power >= peak) ?? 10)
}
