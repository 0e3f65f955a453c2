import { join } from 'node:path'
import { type VerifyPolicy, verifyPolicyFor } from '../../src/shared/domain/shop.ts'
import type { PutRequest } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import type { NasServer } from '../support/servers/nas-server.ts'
import { startProftpd } from '../support/servers/proftpd.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { smallFileRoundTrips } from '../support/small-file-round-trips.ts'
import { startSshd } from '../support/sshd.ts'
import { makeUpload, startTransferWorker } from '../support/transfer-worker.ts'
import { bundleWorker } from './bundled-worker.ts'
import { cloneAt } from './clone.ts'
import { interleave, median, ratios } from './measure.ts'
import { type Pass, putAll } from './put-all.ts'
import { type BenchContext, judged, reported, requireNativeCrypto, unjudged } from './row.ts'

const BENCH = 'transfer'
const FIGURES = [
  ['time', 'wallMs', '<= 1.10'],
  ['client CPU', 'clientCpuMs', '<= 1.05'],
] as const

interface Case {
  readonly name: string
  readonly files: number
  readonly sizeBytes: number
  readonly roundTripMs: number
}

/** Each takes half a second of CPU and more, which Linux counts in hundredths. */
const CASES: readonly Case[] = [
  { name: '1000 x 20 KB, loopback', files: 1000, sizeBytes: 20_000, roundTripMs: 0 },
  { name: '100 x 2 MB, loopback', files: 100, sizeBytes: 2_000_000, roundTripMs: 0 },
  { name: '4 x 200 MB, loopback', files: 4, sizeBytes: 2e8, roundTripMs: 0 },
  { name: '500 x 20 KB, 20 ms', files: 500, sizeBytes: 20_000, roundTripMs: 20 },
]
const ROUND_TRIPS = 'one 20 KB file'

type TestNas = Pick<NasServer, 'host' | 'port' | 'nas' | 'hostKeyFingerprint' | 'scratch'> & AsyncDisposable

/** Both versions of the transfer worker: this one, and the one that it is held against. */
interface Versions<T> {
  readonly now: T
  readonly before: T
}

/** The transfer worker, bundled as it ships, in turn with the one of another commit: CPU time, time and round trips. */
export async function measureBeside(context: BenchContext, commit: string): Promise<void> {
  context.note(`the program at ${commit} ...`)
  const clone = await cloneAt(commit, join(context.scratch, 'before'))
  const entries = { now: await bundleWorker('transfer'), before: await bundleWorker('transfer', clone) }
  if (context.wants(ROUND_TRIPS)) await countRoundTrips(context, commit, entries)
  for (const setting of CASES) if (context.wants(setting.name)) await measureCase(context, commit, entries, setting)
}

async function countRoundTrips({ report }: BenchContext, commit: string, entries: Versions<URL>): Promise<void> {
  const policies: readonly VerifyPolicy[] = ['size', 'read-back']
  const why = whyNot({ programs: ['proftpd'], needs: 'root' })
  for (const verify of policies) {
    const row = { bench: BENCH, metric: `round trips, ${verify}`, unit: 'round trips' }
    const compare = (name: string, value: number, before: number, more: number): void => {
      const target = `<= ${before + more}`
      report(judged({ ...row, case: `${ROUND_TRIPS}, ${name}`, value, baseline: `${commit}: ${before}` }, target))
    }
    const onOpenssh = (entry: URL): Promise<number> => roundTripsOn(startSshd, entry, verify)
    compare('OpenSSH', await onOpenssh(entries.now), await onOpenssh(entries.before), 0)
    if (why !== null) {
      report(unjudged({ ...row, case: `${ROUND_TRIPS}, ProFTPD`, value: Number.NaN }, '<= 0', why))
      continue
    }
    // It has a name only when it is closed, which the older version does too late.
    const hidden = () => startProftpd({ config: ['HiddenStores on', 'AllowOverwrite on'] })
    const before = await roundTripsOn(startProftpd, entries.before, verify)
    compare('ProFTPD, closed before it is named', await roundTripsOn(hidden, entries.now, verify), before, 1)
  }
}

async function roundTripsOn(start: () => Promise<TestNas>, entry: URL, verify: VerifyPolicy): Promise<number> {
  await using server = await start()
  await using proxy = await startChaosProxy(server)
  const { nas, hostKeyFingerprint: hostKey } = server
  const access = { nas: { ...nas, port: proxy.port }, hostKey, maxConnections: 2 }
  await using worker = await startTransferWorker(access, undefined, entry)
  return await smallFileRoundTrips(worker, { scratch: server.scratch, remoteDir: nas.root }, proxy, verify)
}

async function measureCase(
  context: BenchContext,
  commit: string,
  entries: Versions<URL>,
  { name, files, sizeBytes, roundTripMs }: Case,
): Promise<void> {
  const { rounds, report, note } = context
  await using sshd = await startSshd()
  await using proxy = roundTripMs === 0 ? null : await startChaosProxy(sshd)
  if (proxy !== null) proxy.chaos.delayMs = roundTripMs / 2
  await using now = await startTransferWorker(undefined, undefined, entries.now)
  await using before = await startTransferWorker(undefined, undefined, entries.before)
  for (const worker of [now, before]) {
    const vitals = await worker.peer.call('vitals', null)
    requireNativeCrypto(vitals.ok && vitals.value.nativeCrypto, context)
  }
  const uploads: PutRequest[] = []
  for (let n = 0; n < files; n++) uploads.push(await makeUpload(sshd, `file-${n}`, sizeBytes))

  for (const verify of new Set<VerifyPolicy>(['size', verifyPolicyFor({}, sizeBytes)])) {
    note(`${name}, ${verify} ...`)
    const pass = (worker: typeof now) => (): Promise<Pass> =>
      putAll(worker, sshd, proxy?.port ?? sshd.port, uploads, verify)
    const contenders = { now: pass(now), before: pass(before) }
    // What runs for the first time is slower than it will be.
    await interleave(1, contenders)
    const passes = await interleave(rounds, contenders)
    for (const [figure, use, target] of FIGURES) {
      const row = { bench: BENCH, case: name, metric: `${figure}, ${verify}` }
      const seconds = (version: readonly Pass[]): number => median(version.map((one) => one[use])) / 1000
      const was = `${commit}: ${seconds(passes.before).toFixed(2)}`
      report(reported({ ...row, value: seconds(passes.now), unit: 's', baseline: was }))
      const ratio = median(ratios(passes.now, passes.before, (pass) => pass[use]))
      report(judged({ ...row, value: ratio, unit: 'x before', baseline: commit }, target))
    }
  }
}
