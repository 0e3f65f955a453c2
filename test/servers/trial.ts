import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { SPEECH, stepLine } from '../../src/cli/speech.ts'
import { describeFailure, type Failure } from '../../src/shared/domain/failure.ts'
import { installedPeers } from '../bench/peers.ts'
import type { TestBackend } from '../support/backend.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { hasFinalName, hasSameFiles, placeForeignFile, readNas } from '../support/servers/nas-content.ts'
import type { NasServer } from '../support/servers/nas-server.ts'
import type { ServerKind } from '../support/servers/server-kind.ts'
import { openWorkstation, type Upload, type Workstation } from '../support/servers/workstation.ts'
import { findFaults } from './find-faults.ts'
import type { TrialFiles } from './trial-files.ts'
import type { Share, Trial } from './trial-result.ts'

const CUT_BYTES = 36_000_000
const UPLOAD_MS = 120_000
/** What is refused is held within seconds; what goes on for longer is a storm that its sign-ins and names tell of. */
const REFUSED_MS = 25_000

export interface TrialParts {
  readonly kind: ServerKind
  readonly files: TrialFiles
  readonly backend: TestBackend
  readonly withPeers: boolean
  tell(line: string): void
}

/** Tries everything on a fresh server, one thing after the other. */
export async function tryServer({ kind, files, backend, withPeers, tell }: TrialParts): Promise<Trial> {
  const begun = performance.now()
  await using server = await kind.start()
  const token = await backend.addShop(`${kind.name} ${Date.now()}`)
  await using proxy = await startChaosProxy(server)
  await using ana = await openWorkstation({ server, backend, token, through: proxy })
  const steps = await ana.testConnection()
  const failed = steps.find(({ ok }) => !ok)
  const test = {
    ok: failed === undefined,
    words: (failed === undefined ? steps : [failed]).map((step) => stepLine(step, SPEECH.en)).join(' · '),
  }
  tell(`test ${test.ok ? 'ok' : failed?.failure?.code}`)

  const foreign = kind.expected.kind === 'refuses' ? [] : [await placeForeignFile(server, 2)]
  const small = await ana.upload(files.small, kind.expected.kind === 'refuses' ? REFUSED_MS : UPLOAD_MS)
  const signIns = server.signIns()
  tell(`${countDone(small)} of ${files.small.length} small ones done, ${signIns} sign-ins`)
  const whole = kind.expected.kind === 'refuses' ? NOTHING_MORE : await tryTheRest({ ana, server, files, proxy })
  if (whole.sent > 0) {
    const resent = whole.resentMb === null ? 'not cut' : `${whole.resentMb.toFixed(1)} MB sent again`
    tell(`${resent}, restored ${whole.restored?.done}, replaced ${whole.replaced}, undone ${whole.undone}`)
  }
  const stations =
    kind.expected.kind === 'stores' && kind.isForOne !== true ? await tryTwo(server, backend, files) : null
  if (stations !== null) tell(`two workstations: ${stations.done} of ${stations.of}`)

  const uploads = [small, ...whole.uploads]
  const content = await readNas(server.root, files.all, [...foreign])
  const peers = withPeers ? await tryPeers(server, files) : {}
  if (withPeers) tell(`others: ${JSON.stringify(peers)}`)
  const measured = {
    name: kind.name,
    seconds: (performance.now() - begun) / 1000,
    test,
    signIns,
    stored: { of: files.small.length + whole.sent, done: uploads.reduce((sum, upload) => sum + countDone(upload), 0) },
    foreignKept: foreign.every(({ path }) => !content.damaged.includes(path.toLowerCase())),
    namesPerFile: content.namesPerFile,
    damaged: content.damaged,
    leftovers: content.leftovers,
    resentMb: whole.resentMb,
    restored: whole.restored,
    replaced: whole.replaced,
    undone: whole.undone,
    stations,
    refusals: refusalsOf(uploads, failed?.failure ?? null),
    isAtRest: uploads.every(({ isAtRest }) => isAtRest),
    peers,
  }
  return { ...measured, faults: findFaults(kind, measured) }
}

interface Rest {
  readonly uploads: readonly Upload[]
  /** Files sent beside the small ones. */
  readonly sent: number
  readonly resentMb: number | null
  readonly restored: Share | null
  readonly replaced: Trial['replaced']
  readonly undone: Trial['undone']
}

const NOTHING_MORE: Rest = { uploads: [], sent: 0, resentMb: null, restored: null, replaced: null, undone: null }

interface RestParts {
  readonly ana: Workstation
  readonly server: NasServer
  readonly files: TrialFiles
  readonly proxy: Awaited<ReturnType<typeof startChaosProxy>>
}

/** The large file, cut on its way; all of it back again; one design replaced, and that taken back. */
async function tryTheRest({ ana, server, files, proxy }: RestParts): Promise<Rest> {
  const before = proxy.bytesUp
  const cutting = new AbortController()
  const cut = proxy.untilSent(before + CUT_BYTES).then(() => {
    if (!cutting.signal.aborted) proxy.resetAll()
  })
  const large = await ana.upload([files.large], UPLOAD_MS)
  cutting.abort()
  const isStored = countDone(large) === 1
  if (isStored) await cut
  const resentMb = isStored ? Math.max(0, (proxy.bytesUp - before) / 1e6 - files.largeBytes / 1e6) : null

  const folder = await mkdtemp(join(tmpdir(), 'galley-restored-'))
  const restored = await ana.restore(folder)
  const back = await readNas(folder, files.all)
  await rm(folder, { recursive: true, force: true })
  const { failed, left, present } = restored
  const share = { of: restored.restored + failed + left + present, done: Math.min(back.stored, restored.restored) }

  const edited = await ana.upload([files.edited], UPLOAD_MS)
  const replacing = await ana.replace(edited.batchId, UPLOAD_MS)
  const { root } = server
  const hasReplaced =
    countDone(replacing) === 1 &&
    (await hasFinalName(root, files.edited)) &&
    !(await hasFinalName(root, files.original))
  const isUndone =
    hasReplaced &&
    (await ana.undo(edited.batchId)) &&
    (await hasFinalName(root, files.original)) &&
    !(await hasFinalName(root, files.edited))
  return {
    uploads: [large],
    sent: 1,
    resentMb,
    restored: share,
    replaced: hasReplaced ? 'yes' : 'no',
    undone: isUndone ? 'yes' : 'no',
  }
}

/** Two computers of one shop drop at once. */
async function tryTwo(server: NasServer, backend: TestBackend, { halves }: TrialFiles): Promise<Share> {
  const token = await backend.addShop(`two at ${server.port} ${Date.now()}`)
  await using ana = await openWorkstation({ server, backend, token })
  await using ben = await openWorkstation({ server, backend, token })
  await Promise.all([ana.upload(halves[0], UPLOAD_MS), ben.upload(halves[1], UPLOAD_MS)])
  const all = halves.flat()
  return { of: all.length, done: (await readNas(server.root, all)).stored }
}

/** Each of the other clients copies the same files once, to a folder of its own. */
async function tryPeers(server: NasServer, files: TrialFiles): Promise<Record<string, boolean>> {
  await mkdir(server.scratch, { recursive: true })
  const results: Record<string, boolean> = {}
  for (const peer of installedPeers()) {
    const folder = `by ${peer.name}`
    await peer.copy(files.forPeers, server, posix.join(server.nas.root, folder)).catch(() => undefined)
    results[peer.name] = await hasSameFiles(files.forPeers, join(server.root, folder))
  }
  return results
}

function countDone({ receipt }: Upload): number {
  return receipt.filter(({ outcome }) => outcome === 'done').length
}

/** Each reason once, the connection test's first. */
function refusalsOf(uploads: readonly Upload[], first: Failure | null): Trial['refusals'] {
  const all = [...(first === null ? [] : [first]), ...uploads.flatMap(({ failures }) => failures)]
  const byCode = new Map(all.map((failure) => [failure.code, describeFailure(failure)]))
  return [...byCode].map(([code, words]) => ({ code, words }))
}
