import { FileText, FolderOpen } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { Failure } from '../../../shared/domain/failure.ts'
import type { WindowActivity } from '../../../shared/ipc/window.ts'
import { Button } from '../../components/button.tsx'
import { totalOf } from '../../stores/filters.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { ProcessTable } from './process-table.tsx'
import { ThroughputChart } from './throughput-chart.tsx'
import './activity.css'

const READING_EVERY_MS = 2000

/** How Galley itself is doing. */
export function ActivityScreen() {
  const { t, format } = useLanguage()
  const { bridge } = useWindow()
  const moving = useGalley((state) => totalOf(state.projection.batches, 'toGo'))
  const outbox = useGalley((state) => state.projection.status.outboxCount)
  const library = useGalley((state) => (state.shops ?? []).reduce((sum, { designCount }) => sum + designCount, 0))
  const { activity, problem } = useActivity()
  const { refreshShops } = useActions()
  useEffect(() => void refreshShops(), [refreshShops])
  return (
    <div className="activity">
      <header className="screen-header">
        <h1>{t.activity.title}</h1>
        <Button icon={FileText} onClick={() => void bridge.revealLog()}>
          {t.activity.openLog}
        </Button>
        <Button icon={FolderOpen} onClick={() => void bridge.openDataFolder()}>
          {t.activity.openData}
        </Button>
      </header>
      <div className="activity-body">
        <ThroughputChart />
        <div className="figures">
          <Figure name={t.activity.moving} value={format.count(moving)} />
          <Figure name={t.activity.outbox} value={format.count(outbox)} note={t.activity.outboxText} />
          <Figure name={t.activity.library} value={format.count(library)} note={t.activity.libraryText} />
        </div>
        <section>
          <h2>{t.activity.processes}</h2>
          {problem !== null && (
            <p className="soft">
              {t.activity.noAnswer} {t.failure(problem).message}
            </p>
          )}
          {activity !== null && <ProcessTable activity={activity} />}
        </section>
      </div>
    </div>
  )
}

/** A new reading every two seconds while the screen is shown; none is asked for before the last was answered. */
function useActivity(): { activity: WindowActivity | null; problem: Failure | null } {
  const { bridge } = useWindow()
  const [activity, setActivity] = useState<WindowActivity | null>(null)
  const [problem, setProblem] = useState<Failure | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isShown = true
    const read = async (): Promise<void> => {
      const result = await bridge.activity()
      if (!isShown) return
      if (result.ok) setActivity(result.value)
      setProblem(result.ok ? null : result.failure)
      timer = setTimeout(() => void read(), READING_EVERY_MS)
    }
    void read()
    return () => {
      isShown = false
      clearTimeout(timer)
    }
  }, [bridge])
  return { activity, problem }
}

function Figure({ name, value, note }: { name: string; value: string; note?: ReactNode }) {
  return (
    <div className="figure">
      <p className="soft">{name}</p>
      <p className="figure-value tabular">{value}</p>
      {note !== undefined && <p className="faint">{note}</p>}
    </div>
  )
}
