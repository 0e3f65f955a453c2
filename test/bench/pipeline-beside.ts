import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startBackend } from '../support/backend.ts'
import { startSshd } from '../support/sshd.ts'
import { cloneAt } from './clone.ts'
import { interleave, median, ratios } from './measure.ts'
import { type BenchContext, judged, reported } from './row.ts'
import { type WholeJob, wholeJob } from './whole-job.ts'

/** The CPU time of all processes that had part in the job, in ms. */
const cpuMsOf = ({ processes }: WholeJob): number => processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0)

const FIGURES = [
  ['whole job', ({ ms }: WholeJob) => ms, '<= 1.10'],
  ['CPU, all processes', cpuMsOf, '<= 1.05'],
] as const

/** The whole main job of the designs in a folder, in turn with the one of the program at a commit. */
export async function measureBeside(
  context: BenchContext,
  commit: string,
  folder: string,
  files: number,
): Promise<void> {
  const { scratch, rounds, report, note } = context
  note(`the program at ${commit} ...`)
  const clone = await cloneAt(commit, join(scratch, 'before'))
  const entry = pathToFileURL(join(clone, 'src/worker/engine.ts'))
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const parts = { folder, files, sshd, backend }
  note(`${rounds} rounds ...`)
  const jobs = await interleave(rounds, {
    now: (round) => wholeJob(context, { ...parts, place: join(scratch, `now-${round}`) }),
    before: (round) => wholeJob(context, { ...parts, place: join(scratch, `before-${round}`), entry }),
  })
  for (const [metric, figure, target] of FIGURES) {
    const row = { bench: 'pipeline', case: `${files} x 2 MB`, metric }
    const seconds = (version: readonly WholeJob[]): number => median(version.map(figure)) / 1000
    const was = `${commit}: ${seconds(jobs.before).toFixed(2)}`
    report(reported({ ...row, value: seconds(jobs.now), unit: 's', baseline: was }))
    const ratio = median(ratios(jobs.now, jobs.before, figure))
    report(judged({ ...row, value: ratio, unit: 'x before', baseline: commit }, target))
  }
}
