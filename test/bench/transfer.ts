import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessVitals } from '../../src/shared/worker/imaging.ts'
import type { PutRequest, VerifyPolicy } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, startTransferWorker, type TransferWorker } from '../support/transfer-worker.ts'
import { isRcloneInstalled, rcloneCopyMs } from './floors.ts'
import { cpuTicks, endedChildrenCpuMs, interleave, MS_PER_TICK, median, timed } from './measure.ts'
import { type BenchContext, type BenchRow, judged, reported, unjudged } from './row.ts'

const BENCH = 'transfer'
const PEER = 'rclone'
const MIB = 1024 * 1024

interface Case {
  readonly name: string
  readonly files: number
  readonly sizeBytes: number
  readonly roundTripMs: number
  /** rclone's time divided by ours. */
  readonly target: string
}

const CASES: readonly Case[] = [
  { name: '100 x 2 MB, loopback', files: 100, sizeBytes: 2_000_000, roundTripMs: 0, target: '>= 1.0' },
  { name: '1000 x 20 KB, loopback', files: 1000, sizeBytes: 20_000, roundTripMs: 0, target: '>= 2.0' },
  { name: '4 x 200 MB, loopback', files: 4, sizeBytes: 200_000_000, roundTripMs: 0, target: '>= 0.9' },
  { name: '200 x 20 KB, 20 ms', files: 200, sizeBytes: 20_000, roundTripMs: 20, target: '>= 4' },
  { name: '200 x 20 KB, 80 ms', files: 200, sizeBytes: 20_000, roundTripMs: 80, target: '>= 3.5' },
  { name: '20 x 2 MB, 20 ms', files: 20, sizeBytes: 2_000_000, roundTripMs: 20, target: '>= 1.8' },
  { name: '20 x 2 MB, 80 ms', files: 20, sizeBytes: 2_000_000, roundTripMs: 80, target: '>= 1.8' },
  { name: '1 x 50 MB, 80 ms', files: 1, sizeBytes: 50_000_000, roundTripMs: 80, target: '>= 1.0' },
]

/** What one copy of all files took. */
interface Pass {
  readonly wallMs: number
  readonly clientCpuMs: number
}

/** Our transfer worker, synced and verified, against `rclone copy --transfers 4`, which does neither; in turn. */
export async function run(context: BenchContext): Promise<void> {
  for (const setting of CASES) if (context.wants(setting.name)) await measureCase(setting, context)
}

async function measureCase(setting: Case, { rounds, report, note }: BenchContext): Promise<void> {
  const { name, files, sizeBytes, roundTripMs, target } = setting
  note(`${name} ...`)
  await using sshd = await startSshd()
  await using proxy = roundTripMs === 0 ? null : await startChaosProxy(sshd)
  if (proxy !== null) proxy.chaos.delayMs = roundTripMs / 2
  await using worker = await startTransferWorker()
  const route = { ...sshd, port: proxy?.port ?? sshd.port }
  const uploads: PutRequest[] = []
  for (let n = 0; n < files; n++) uploads.push(await makeUpload(sshd, `file-${n}`, sizeBytes))

  const ours = (verify: VerifyPolicy) => (): Promise<Pass> => putAll(worker, sshd, route.port, uploads, verify)
  const hasPeer = isRcloneInstalled()
  const passes = await interleave(rounds, {
    size: ours('size'),
    readBack: ours('read-back'),
    peer: async () => (hasPeer ? rcloneCopy(sshd, route) : { wallMs: Number.NaN, clientCpuMs: Number.NaN }),
  })
  const row = { bench: BENCH, case: name } as const
  const sizeMs = median(passes.size.map(({ wallMs }) => wallMs))
  const totalMb = (files * sizeBytes) / 1e6
  report(reported({ ...row, metric: 'rate', value: totalMb / (sizeMs / 1000), unit: 'MB/s' }))
  report(reported({ ...row, metric: 'files', value: files / (sizeMs / 1000), unit: 'files/s' }))
  report(
    reported({
      ...row,
      metric: 'time with read-back',
      value: median(passes.readBack.map(({ wallMs }) => wallMs)) / sizeMs,
      unit: 'x size',
    }),
  )

  const { value: vitals } = await readVitals(worker)
  const peak = { ...row, metric: 'peak memory', value: vitals.peakRssBytes / MIB, unit: 'MiB' }
  report(judged(peak, '<= 150'))

  const speed = { ...row, metric: 'speed', unit: 'x peer', baseline: PEER }
  const cpu = { ...row, metric: 'client CPU', unit: 'x peer', baseline: PEER }
  const speedUp = median(passes.peer.map(({ wallMs }) => wallMs)) / sizeMs
  const cpuShare =
    median(passes.size.map(({ clientCpuMs }) => clientCpuMs)) /
    median(passes.peer.map(({ clientCpuMs }) => clientCpuMs))
  const whyNot = !hasPeer
    ? 'rclone is not installed'
    : vitals.nativeCrypto
      ? null
      : "ssh2's native crypto did not load in the transfer worker"
  const judge = (measured: Parameters<typeof judged>[0], wanted: string): BenchRow =>
    whyNot === null ? judged(measured, wanted) : unjudged(measured, wanted, whyNot)
  report(judge({ ...speed, value: speedUp }, target))
  report(judge({ ...cpu, value: cpuShare }, '<= 1.5'))
}

async function readVitals(worker: TransferWorker): Promise<{ value: ProcessVitals & { nativeCrypto: boolean } }> {
  const vitals = await worker.peer.call('vitals', null)
  if (!vitals.ok) throw new Error(vitals.failure.code)
  return vitals
}

/** All files through a worker that is already running, over connections that are opened anew. */
async function putAll(
  worker: TransferWorker,
  sshd: Sshd,
  port: number,
  uploads: readonly PutRequest[],
  verify: VerifyPolicy,
): Promise<Pass> {
  const remoteDir = join(sshd.root, 'ours')
  const access = accessTo(sshd, { nas: { ...sshd.nas, port } })
  const cpuBefore = cpuMsOf(worker.pid)
  const wallMs = await timed(async () => {
    await worker.peer.call('openNas', { nasId: 'nas', access })
    const results = await Promise.all(uploads.map((upload) => worker.put({ ...upload, remoteDir, verify })))
    for (const result of results) if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.detail}`)
  })
  const clientCpuMs = cpuMsOf(worker.pid) - cpuBefore
  await clear(remoteDir, uploads.length)
  return { wallMs, clientCpuMs }
}

async function rcloneCopy(sshd: Sshd, route: Sshd): Promise<Pass> {
  const remoteDir = join(sshd.root, 'peer')
  const cpuBefore = endedChildrenCpuMs()
  const wallMs = await rcloneCopyMs(sshd.scratch, route, remoteDir)
  const clientCpuMs = endedChildrenCpuMs() - cpuBefore
  await clear(remoteDir, (await readdir(sshd.scratch)).length)
  return { wallMs, clientCpuMs }
}

/** Removes what was stored, and lets the disk come to rest, so that no pass pays for the one before. */
async function clear(remoteDir: string, expected: number): Promise<void> {
  const { length } = await readdir(remoteDir)
  if (length !== expected) throw new Error(`${length} of ${expected} files in ${remoteDir}`)
  await rm(remoteDir, { recursive: true })
  execFileSync('sync')
}

function cpuMsOf(pid: number): number {
  const { userTicks, systemTicks } = cpuTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'), 'itself')
  return (userTicks + systemTicks) * MS_PER_TICK
}
