import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type VerifyPolicy, verifyPolicyFor } from '../../src/shared/domain/shop.ts'
import type { PutRequest } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { makeUpload, startTransferWorker } from '../support/transfer-worker.ts'
import { syncedWritesMs } from './floors.ts'
import { endedChildrenCpuMs, interleave, median, timed } from './measure.ts'
import { installedPeers, type Peer, rclone } from './peers.ts'
import { clear, type Pass, processUse, putAll } from './put-all.ts'
import { type BenchContext, type BenchRow, judged, reported, requireNativeCrypto, unjudged } from './row.ts'
import { measureBeside } from './transfer-beside.ts'

const BENCH = 'transfer'
const BEST = 'best of three'
const PEERS = 3
/** Our two contenders: what the peers are held against, and what a shop gets that changed no setting. */
const SIZE = 'size'
const DEFAULT = 'default policy'
/** What small files wait for on a fast line: the disk. */
const DISK = 'floor: synced writes, no network'
const MIB = 1024 * 1024
const MAX_CPU = '<= 1.5'
const MAX_MEMORY = '< 150'
/** Each contender removes its files before the next one comes. */
const IN_MEMORY_MB = 64

interface Case {
  readonly name: string
  readonly files: number
  readonly sizeBytes: number
  readonly roundTripMs: number
  /** The peer's time divided by ours. */
  readonly rclone: string
  readonly best: string
  /** The NAS keeps the files in memory, where a sync costs nothing: what is left is the software's. */
  readonly inMemory?: true
}

const SMALL = 20_000
const LARGE = 2_000_000
const CASES: readonly Case[] = [
  { name: '100 x 2 MB, loopback', files: 100, sizeBytes: LARGE, roundTripMs: 0, rclone: '>= 1.0', best: '>= 0.9' },
  { name: '4 x 200 MB, loopback', files: 4, sizeBytes: 2e8, roundTripMs: 0, rclone: '>= 0.9', best: '>= 0.8' },
  { name: '1000 x 20 KB, loopback', files: 1000, sizeBytes: SMALL, roundTripMs: 0, rclone: '>= 2.0', best: '>= 1.0' },
  {
    name: '1000 x 20 KB, NAS in memory',
    files: 1000,
    sizeBytes: SMALL,
    roundTripMs: 0,
    rclone: '>= 2.0',
    best: '>= 1.0',
    inMemory: true,
  },
  { name: '200 x 20 KB, 20 ms', files: 200, sizeBytes: SMALL, roundTripMs: 20, rclone: '>= 4', best: '>= 2.5' },
  { name: '200 x 20 KB, 80 ms', files: 200, sizeBytes: SMALL, roundTripMs: 80, rclone: '>= 3.5', best: '>= 2' },
  { name: '20 x 2 MB, 20 ms', files: 20, sizeBytes: LARGE, roundTripMs: 20, rclone: '>= 1.8', best: '>= 1.4' },
  { name: '20 x 2 MB, 80 ms', files: 20, sizeBytes: LARGE, roundTripMs: 80, rclone: '>= 1.8', best: '>= 1.4' },
  { name: '1 x 50 MB, 80 ms', files: 1, sizeBytes: 5e7, roundTripMs: 80, rclone: '>= 1.0', best: '>= 1.0' },
]

/** Our transfer worker, every file atomic, synced and verified, in turn with what people copy to a NAS with; or with the
 *  worker of another commit. */
export async function run(context: BenchContext): Promise<void> {
  if (context.beside !== null) return measureBeside(context, context.beside)
  for (const setting of CASES) if (context.wants(setting.name)) await measureCase(setting, context)
}

async function measureCase(setting: Case, context: BenchContext): Promise<void> {
  const { rounds, report, note } = context
  const { name, files, sizeBytes, roundTripMs, inMemory = false } = setting
  const row = { bench: BENCH, case: name } as const
  const why = inMemory ? whyNoSmallDisk() : null
  if (why !== null) {
    const missing = { ...row, metric: 'speed', value: Number.NaN, unit: 'x peer' }
    report(unjudged({ ...missing, baseline: rclone.name }, setting.rclone, why))
    report(unjudged({ ...missing, baseline: BEST }, setting.best, why))
    return
  }
  note(`${name} ...`)
  await using memory = inMemory ? await mountSmallDisk('rw', IN_MEMORY_MB) : null
  await using sshd = await startSshd(memory === null ? {} : { root: memory.path })
  await using proxy = roundTripMs === 0 ? null : await startChaosProxy(sshd)
  if (proxy !== null) proxy.chaos.delayMs = roundTripMs / 2
  await using worker = await startTransferWorker()
  const vitals = await worker.peer.call('vitals', null)
  if (!vitals.ok) throw new Error(vitals.failure.code)
  const { nativeCrypto } = vitals.value
  requireNativeCrypto(nativeCrypto, context)
  report(reported({ ...row, metric: 'native crypto', value: Number(nativeCrypto), unit: 'loaded' }))

  const route = { ...sshd, port: proxy?.port ?? sshd.port }
  const uploads: PutRequest[] = []
  for (let n = 0; n < files; n++) uploads.push(await makeUpload(sshd, `file-${n}`, sizeBytes))
  const peers = installedPeers()
  const ours = (verify: VerifyPolicy) => (): Promise<Pass> => putAll(worker, sshd, route.port, uploads, verify)
  const passes: Readonly<Record<string, readonly Pass[]>> = await interleave(rounds, {
    [SIZE]: ours('size'),
    [DEFAULT]: ours(verifyPolicyFor({}, sizeBytes)),
    ...(sizeBytes === SMALL && roundTripMs === 0 ? { [DISK]: () => storeOnDisk(sshd, files, sizeBytes) } : {}),
    ...Object.fromEntries(peers.map((peer) => [peer.name, () => copyByPeer(peer, route)])),
  })
  const middle = (contender: string, figure: keyof Pass): number =>
    median((passes[contender] ?? []).map((pass) => pass[figure]))

  const ms = middle(SIZE, 'wallMs')
  report(reported({ ...row, metric: 'rate', value: (files * sizeBytes) / 1000 / ms, unit: 'MB/s' }))
  report(reported({ ...row, metric: 'files', value: (files / ms) * 1000, unit: 'files/s' }))
  for (const contender of Object.keys(passes)) {
    report(reported({ ...row, metric: `time, ${contender}`, value: middle(contender, 'wallMs') / 1000, unit: 's' }))
  }
  const { peakRssBytes } = processUse(worker)
  report(judged({ ...row, metric: 'peak memory', value: peakRssBytes / MIB, unit: 'MiB' }, MAX_MEMORY))

  const against = (baseline: string, metric: string, value: number, target: string, missing: boolean): BenchRow => {
    const measured = { ...row, metric, value, unit: 'x peer', baseline }
    return missing ? unjudged(measured, target, 'a peer is not installed') : judged(measured, target)
  }
  const noRclone = !peers.includes(rclone)
  report(against(rclone.name, 'speed', middle(rclone.name, 'wallMs') / ms, setting.rclone, noRclone))
  const bestMs = Math.min(...peers.map((peer) => middle(peer.name, 'wallMs')))
  report(against(BEST, 'speed', bestMs / ms, setting.best, peers.length < PEERS))
  const cpu = middle(SIZE, 'clientCpuMs') / middle(rclone.name, 'clientCpuMs')
  report(against(rclone.name, 'client CPU', cpu, MAX_CPU, noRclone))
}

async function storeOnDisk({ root }: Sshd, files: number, sizeBytes: number): Promise<Pass> {
  const folder = join(root, 'floor')
  await mkdir(folder)
  const wallMs = await syncedWritesMs(folder, files, sizeBytes)
  await clear(folder, files)
  return { wallMs, clientCpuMs: 0 }
}

async function copyByPeer(peer: Peer, route: Sshd): Promise<Pass> {
  const remoteDir = join(route.root, peer.name)
  const cpuBefore = endedChildrenCpuMs()
  const wallMs = await timed(() => peer.copy(route.scratch, route, remoteDir))
  const clientCpuMs = endedChildrenCpuMs() - cpuBefore
  await clear(remoteDir, (await readdir(route.scratch)).length)
  return { wallMs, clientCpuMs }
}
