import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawDesign } from '../../src/practice/draw-design.ts'
import { startBackend } from '../support/backend.ts'
import { startSshd } from '../support/sshd.ts'
import { type BenchContext, judged, reported } from './row.ts'
import { peakBytesOf, ROLES, wholeJob } from './whole-job.ts'

const FEW = 1_000
const MANY = 10_000
const MB = 1e6
/** Small, so that the number of the files counts and not their size. */
const SIZE = { width: 100, height: 120 }

/** A drop of ten thousand small designs beside one of a thousand: when a person sees the first results, and whether any
 *  process grows with the number of the files. */
export async function run({ scratch, report, note, ...context }: BenchContext): Promise<void> {
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const jobs = []
  for (const files of [FEW, MANY]) {
    note(`Drawing ${files} designs ...`)
    const folder = join(scratch, `${files} designs`)
    await drawSmall(folder, files)
    note('Uploading them ...')
    const parts = { folder, files, sshd, backend, place: join(scratch, `drop-${files}`) }
    const job = await wholeJob({ scratch, report, note, ...context }, parts)
    const row = { bench: 'drop', case: `${files} files` }
    report(judged({ ...row, metric: 'first row', value: job.firstRowMs / 1000, unit: 's' }, '<= 2'))
    report(judged({ ...row, metric: 'first file done', value: job.firstDoneMs / 1000, unit: 's' }, '<= 2'))
    report(reported({ ...row, metric: 'designs', value: (files / job.ms) * 1000, unit: '/s' }))
    report(judged({ ...row, metric: 'event-loop delay p99, engine', value: job.loopDelayP99Ms, unit: 'ms' }, '< 20'))
    jobs.push(job)
  }
  const [few, many] = jobs
  if (few === undefined || many === undefined) return
  for (const role of ROLES) {
    const [before, after] = [peakBytesOf(few, role) / MB, peakBytesOf(many, role) / MB]
    const metric = `peak memory, ${role}`
    report(reported({ bench: 'drop', case: `${FEW} files`, metric, value: before, unit: 'MB' }))
    report(judged({ bench: 'drop', case: `${MANY} files`, metric, value: after, unit: 'MB' }, '<= 250'))
    const growth = { bench: 'drop', case: `${MANY} / ${FEW} files`, metric, value: after / before, unit: 'x' }
    report(judged({ ...growth, baseline: `${FEW} files` }, '<= 1.15'))
  }
}

async function drawSmall(folder: string, count: number): Promise<void> {
  await mkdir(folder)
  for (let seed = 0; seed < count; seed += 1) {
    await writeFile(join(folder, `design ${seed}.png`), await drawDesign(seed, SIZE))
  }
}
