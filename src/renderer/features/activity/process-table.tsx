import type { WindowActivity } from '../../../shared/ipc/window.ts'
import type { ProcessVitals } from '../../../shared/worker/imaging.ts'
import { useLanguage } from '../../texts/language.tsx'

/** Over this, ms, a process does not answer as it should. */
const SLOW_LOOP_MS = 50

/** Each process of ours with its memory and how late its event loop runs. */
export function ProcessTable({ activity: { engine, main, workers } }: { activity: WindowActivity }) {
  const { t } = useLanguage()
  return (
    <table className="processes tabular">
      <thead>
        <tr>
          <th scope="col">{t.activity.process}</th>
          <th scope="col">{t.activity.pid}</th>
          <th scope="col">{t.activity.memory}</th>
          <th scope="col">{t.activity.peak}</th>
          <th scope="col" title={t.activity.delayHint}>
            {t.activity.delay}
          </th>
          <th scope="col">{t.activity.restarts}</th>
        </tr>
      </thead>
      <tbody>
        <ProcessRow name={t.activity.engine} vitals={engine} restarts={null} />
        <ProcessRow name={t.activity.main} vitals={main} restarts={null} />
        {workers.map((worker) => (
          <ProcessRow
            key={worker.pid}
            name={t.activity.kinds(worker.kind)}
            vitals={worker}
            restarts={worker.restarts}
          />
        ))}
      </tbody>
    </table>
  )
}

function ProcessRow({ name, vitals, restarts }: { name: string; vitals: ProcessVitals; restarts: number | null }) {
  const { format } = useLanguage()
  const isSlow = vitals.loopDelayP99Ms > SLOW_LOOP_MS
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="faint">{vitals.pid}</td>
      <td>{format.bytes(vitals.rssBytes)}</td>
      <td className="soft">{format.bytes(vitals.peakRssBytes)}</td>
      <td data-slow={isSlow}>{format.ms(vitals.loopDelayP99Ms)}</td>
      <td data-slow={restarts !== null && restarts > 0}>{restarts ?? '–'}</td>
    </tr>
  )
}
