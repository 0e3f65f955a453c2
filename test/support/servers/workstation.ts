import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ReceiptLine } from '../../../src/shared/domain/batch.ts'
import type { ConnectionStepResult } from '../../../src/shared/domain/connection-test.ts'
import type { Failure } from '../../../src/shared/domain/failure.ts'
import type { RestoreSummary } from '../../../src/shared/domain/restore.ts'
import type { TestBackend } from '../backend.ts'
import type { ChaosProxy } from '../chaos-proxy.ts'
import { addShop, expectOk, startEngine } from '../engine.ts'
import type { NasServer } from './nas-server.ts'

/** Where a workstation's designs lie below the server's folder. */
export const DESIGN_FOLDER = join('Test shop', 'UVDTF 16oz')
const STILL_RUNNING = 'still running'

export interface Upload {
  readonly batchId: string
  readonly receipt: readonly ReceiptLine[]
  /** Why files wait or failed, each reason once; none when all is done. */
  readonly failures: readonly Failure[]
  /** False when it was still moving at the end of its time. */
  readonly isAtRest: boolean
}

/** One computer of a shop whose NAS is the server: the real engine with its workers. */
export interface Workstation extends AsyncDisposable {
  testConnection(): Promise<readonly ConnectionStepResult[]>
  /** Drops files and waits until nothing moves by itself any more, `waitMs` at most. */
  upload(paths: readonly string[], waitMs?: number): Promise<Upload>
  /** Says of every file of the batch that waits for an answer that it takes the place of its match, and waits likewise. */
  replace(batchId: string, waitMs?: number): Promise<Upload>
  /** Takes back what was said of the batch's files; true when all of them are in review again. */
  undo(batchId: string): Promise<boolean>
  restore(folder: string): Promise<RestoreSummary>
}

export interface WorkstationParts {
  readonly server: NasServer
  readonly backend: TestBackend
  /** Of the shop at the backend; workstations of one shop share it. */
  readonly token: string
  readonly through?: ChaosProxy
}

export async function openWorkstation({ server, backend, token, through }: WorkstationParts): Promise<Workstation> {
  await using making = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), 'galley-workstation-'))
  making.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }))
  const secrets = { ...server.secrets, 'backend-token': token }
  const engine = making.use(startEngine(join(home, 'data'), secrets))
  const port = through?.port ?? server.port
  const nas = { ...server.nas, port }
  const { hostKeyFingerprint } = server
  const shop = { sshd: { host: nas.host, port, nas, hostKeyFingerprint }, backendUrl: backend.url }
  const { shopId, templateId } = await addShop(engine, shop)

  const untilRest = async (batchId: string, waitMs: number): Promise<Upload> => {
    const over = new AbortController()
    const rest = engine.peer.call('untilRest', { batchIds: [batchId] }, { signal: over.signal })
    const first = await Promise.race([rest, wait(waitMs, STILL_RUNNING, { signal: over.signal })])
    over.abort()
    const items = expectOk(await engine.peer.call('batchItems', { batchId }))
    const failures = items.flatMap(({ hold, failure }) => {
      if (failure !== null) return [failure]
      return hold !== null && 'failure' in hold ? [hold.failure] : []
    })
    return {
      batchId,
      receipt: expectOk(await engine.peer.call('receipt', { batchId })),
      failures: [...new Map(failures.map((failure) => [failure.code, failure])).values()],
      isAtRest: first !== STILL_RUNNING,
    }
  }
  const owned = making.move()
  return {
    testConnection: async () => expectOk(await engine.peer.call('testConnection', { shopId, nas, secrets })),
    async upload(paths, waitMs = 60_000) {
      const policy = { onDuplicate: 'skip', onSimilar: 'review' } as const
      const accepted = await engine.peer.call('acceptPaths', { paths: [...paths], shopId, templateId, policy })
      return untilRest(expectOk(accepted).batchId, waitMs)
    },
    async replace(batchId, waitMs = 60_000) {
      const items = expectOk(await engine.peer.call('batchItems', { batchId }))
      const itemIds = items.filter(({ stage }) => stage === 'review').map(({ id }) => id)
      if (itemIds.length > 0) expectOk(await engine.peer.call('decide', { itemIds, decision: 'replace' }))
      return untilRest(batchId, waitMs)
    },
    async undo(batchId) {
      const itemIds = expectOk(await engine.peer.call('batchItems', { batchId })).map(({ id }) => id)
      return expectOk(await engine.peer.call('undoDecisions', { itemIds })).reopened.length === itemIds.length
    },
    restore: async (folder) => expectOk(await engine.peer.call('restore', { shopId, folder })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
