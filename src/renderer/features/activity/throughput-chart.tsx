import { THROUGHPUT_SECONDS } from '../../stores/engine-slice.ts'
import { useGalley } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const WIDTH = THROUGHPUT_SECONDS - 1
const HEIGHT = 100

/** The bytes that went to the NAS, second by second. */
export function ThroughputChart() {
  const { t, format } = useLanguage()
  const readings = useGalley((state) => state.throughput)
  const now = useGalley(({ work }) => (work.kind === 'working' ? work.bytesPerSecond : 0))
  const top = Math.max(1, ...readings)
  const points = readings.map((value, index) => {
    const x = WIDTH - (readings.length - 1 - index)
    return `${x},${HEIGHT - (value / top) * HEIGHT * 0.94}`
  })
  const start = WIDTH - (readings.length - 1)
  return (
    <section className="throughput">
      <header>
        <div>
          <h2>{t.activity.throughput}</h2>
          <p className="faint">{t.activity.throughputText}</p>
        </div>
        <p className="figure-value tabular">{format.rate(now)}</p>
      </header>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.activity.chart(format.rate(now))}
      >
        <path d={`M0 ${HEIGHT / 2}H${WIDTH}`} className="throughput-grid" />
        {points.length > 1 && (
          <>
            <path d={`M${start},${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z`} className="throughput-area" />
            <path d={`M${points.join('L')}`} className="throughput-line" />
          </>
        )}
      </svg>
    </section>
  )
}
