import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { startBackend } from '../support/backend.ts'
import { startSshd } from '../support/sshd.ts'
import { bareDecode, type Use } from './floors.ts'
import { endedChildrenCpuMs, interleave, median, timed } from './measure.ts'
import { installedPeers, rclone } from './peers.ts'
import { measureBeside } from './pipeline-beside.ts'
import { MIDDLING, writePrintFiles } from './print-files.ts'
import { type BenchContext, judged, reported, unjudged } from './row.ts'
import { peakBytesOf, ROLES, wholeJob } from './whole-job.ts'

const FILES = 100
const MB = 1e6
const MAX_SUM_OF_FLOORS = '<= 1.5'

/** The whole main job of 100 designs of 2 MB, from the drop to the last confirmed record, beside what it cannot do
 *  without: decoding the files, and copying them to the same sshd; or beside the program of another commit. */
export async function run(context: BenchContext): Promise<void> {
  const { scratch, rounds, report, note } = context
  note(`Drawing ${FILES} designs ...`)
  const folder = join(scratch, 'designs')
  const files = await writePrintFiles(folder, FILES, MIDDLING)
  if (context.beside !== null) return measureBeside(context, context.beside, folder, FILES)
  const row = { bench: 'pipeline', case: `${FILES} x 2 MB` }
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / MB

  await using sshd = await startSshd()
  await using backend = await startBackend()
  const hasRclone = installedPeers().includes(rclone)
  if (!hasRclone) note('rclone is not installed: copying has no floor here.')
  note(`${rounds} rounds ...`)
  const { job, decode, copy } = await interleave(rounds, {
    job: (round) => wholeJob(context, { folder, files: FILES, sshd, backend, place: join(scratch, `round-${round}`) }),
    decode: () => bareDecode(files, availableParallelism()),
    copy: (round) =>
      withCpu(() => timed(async () => hasRclone && rclone.copy(folder, sshd, join(sshd.root, `copy-${round}`)))),
  })

  const seconds = (times: readonly number[]): number => median(times) / 1000
  const jobSeconds = seconds(job.map(({ ms }) => ms))
  report(reported({ ...row, metric: 'designs', value: FILES / jobSeconds, unit: '/s' }))
  report(reported({ ...row, metric: 'bytes', value: megabytes / jobSeconds, unit: 'MB/s' }))
  report(reported({ ...row, metric: 'whole job', value: jobSeconds, unit: 's' }))
  report(reported({ ...row, metric: 'floor: bare decode', value: seconds(decode.map(({ ms }) => ms)), unit: 's' }))
  if (hasRclone)
    report(reported({ ...row, metric: 'floor: rclone copy', value: seconds(copy.map(({ ms }) => ms)), unit: 's' }))
  const ratios = job.map(({ ms }, round) => ms / ((decode[round]?.ms ?? 0) + (copy[round]?.ms ?? 0)))
  const ratio = { ...row, metric: 'whole job / floors', value: median(ratios), unit: 'x', baseline: 'decode + rclone' }
  report(hasRclone ? judged(ratio, MAX_SUM_OF_FLOORS) : unjudged(ratio, MAX_SUM_OF_FLOORS, 'rclone is not installed'))

  const delay = Math.max(...job.map(({ loopDelayP99Ms }) => loopDelayP99Ms))
  report(judged({ ...row, metric: 'event-loop delay p99, engine', value: delay, unit: 'ms' }, '< 20'))
  for (const role of ROLES) {
    const used = job.map(({ processes }) => processes.filter(({ command }) => command.includes(`worker/${role}`)))
    const peak = Math.max(...job.map((one) => peakBytesOf(one, role))) / MB
    report(judged({ ...row, metric: `peak memory, ${role}`, value: peak, unit: 'MB' }, '<= 250'))
    const cpu = seconds(used.map((processes) => processes.reduce((sum, process) => sum + process.cpuMs, 0)))
    report(reported({ ...row, metric: `CPU, ${role}`, value: cpu, unit: 's' }))
  }
  // Of use where others keep the processors busy, which stretches the times of all.
  const floorCpu = { 'bare decode': decode, ...(hasRclone ? { 'rclone copy': copy } : {}) }
  for (const [name, floor] of Object.entries(floorCpu)) {
    const cpu = seconds(floor.map(({ cpuMs }) => cpuMs))
    report(reported({ ...row, metric: `CPU, floor: ${name}`, value: cpu, unit: 's' }))
  }
}

/** The time of a floor, and the CPU time of the processes that it started. */
async function withCpu(floor: () => Promise<number>): Promise<Use> {
  const before = endedChildrenCpuMs()
  const ms = await floor()
  return { ms, cpuMs: endedChildrenCpuMs() - before }
}
