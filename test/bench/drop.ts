import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { startBackend } from '../support/backend.ts'
import { startSshd } from '../support/sshd.ts'
import { type BenchContext, judged, reported } from './row.ts'
import { peakBytesOf, ROLES, type WholeJob, wholeJob } from './whole-job.ts'

const FEW = 1_000
const MANY = 10_000
const MB = 1e6
/** Small, so that the number of the files counts and not their size. */
const SIZE = { width: 100, height: 120 }

/** A drop of ten thousand small designs beside one of a thousand: when a person sees the first results, and whether any
 *  process grows with the number of the files. */
export async function run(context: BenchContext): Promise<void> {
  const { scratch, report, note } = context
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const jobs = new Map<number, WholeJob>()
  for (const files of [FEW, MANY].filter((count) => context.wants(`${count} files`))) {
    note(`Drawing ${files} designs ...`)
    const folder = join(scratch, `${files} designs`)
    await drawSmall(folder, files)
    note('Uploading them ...')
    const job = await wholeJob(context, { folder, files, sshd, backend, place: join(scratch, `drop-${files}`) })
    const row = { bench: 'drop', case: `${files} files` }
    report(judged({ ...row, metric: 'first row', value: job.firstRowMs / 1000, unit: 's' }, '<= 2'))
    report(judged({ ...row, metric: 'first file matched', value: job.firstMatchedMs / 1000, unit: 's' }, '<= 2'))
    report(reported({ ...row, metric: 'first file done', value: job.firstDoneMs / 1000, unit: 's' }))
    report(reported({ ...row, metric: 'designs', value: (files / job.ms) * 1000, unit: '/s' }))
    report(judged({ ...row, metric: 'event-loop delay p99, engine', value: job.loopDelayP99Ms, unit: 'ms' }, '< 20'))
    for (const role of ROLES) {
      const peak = { ...row, metric: `peak memory, ${role}`, value: peakBytesOf(job, role) / MB, unit: 'MB' }
      report(judged(peak, '<= 250'))
    }
    jobs.set(files, job)
  }
  const [few, many] = [jobs.get(FEW), jobs.get(MANY)]
  if (few === undefined || many === undefined) return
  for (const role of ROLES) {
    const value = peakBytesOf(many, role) / peakBytesOf(few, role)
    const growth = { bench: 'drop', case: `${MANY} / ${FEW} files`, metric: `peak memory, ${role}`, value, unit: 'x' }
    report(judged({ ...growth, baseline: `${FEW} files` }, '<= 1.15'))
  }
}

async function drawSmall(folder: string, count: number): Promise<void> {
  await mkdir(folder)
  for (let seed = 0; seed < count; seed += 1) {
    await writeFile(join(folder, `design ${seed}.png`), await drawDesign(seed, SIZE))
  }
}
