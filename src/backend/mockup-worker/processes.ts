import { extname } from 'node:path'
import { forkChild } from '../../engine/workers/fork-child.ts'
import { createWorkerPool } from '../../engine/workers/worker-pool.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { Log } from '../../shared/worker/log.ts'
import type { DrawingContract } from '../../shared/worker/mockups.ts'
import { done, type Peer } from '../../shared/worker/peer.ts'
import type { WorkerKind } from '../../shared/worker/port.ts'
import type { PutRequest, PutResult, TransferContract, TransferHostContract } from '../../shared/worker/transfer.ts'

/** Files on their way at a time, to all NASes. */
const TRANSFERS = 20
/** A design that takes longer to be drawn on all mockups of its template is given up. */
const DRAWING_DEADLINE_MS = 120_000

/** The name that a file is to have. */
export interface WantedName {
  readonly fileName: string
  /** Of the file that may have it, and is then replaced. */
  readonly replaces: string | null
}

/** The processes by which a worker reaches NASes and draws; those that end are started anew. */
export interface WorkerProcesses {
  readonly transfer: Pick<Peer<TransferContract>, 'call'>
  readonly drawing: Pick<Peer<DrawingContract>, 'call'>
  /** Puts a file under that name, or fails with `remote-conflict` where another one has it. */
  put(request: PutRequest, name: WantedName): Promise<Result<PutResult>>
  stop(): Promise<void>
}

/** `entryUrl`: of this process, beside whose folder the entries of the others lie. `designs`: drawn at a time. */
export function startProcesses(entryUrl: string, log: Log, designs: number): WorkerProcesses {
  const host = {
    log,
    spawnWorker: (kind: WorkerKind) => forkChild(new URL(`../worker/${kind}${extname(entryUrl)}`, entryUrl)),
  }
  const names = new Map<string, WantedName & { readonly path: string }>()
  const transfer = createWorkerPool<TransferHostContract, TransferContract>({
    kind: 'transfer',
    size: 1,
    callsPerWorker: TRANSFERS,
    host,
    handlers: {
      takeName({ itemId, foreign }) {
        const name = names.get(itemId)
        if (name === undefined) return fail(failure('cancelled'))
        const { fileName, replaces, path } = name
        if (foreign === undefined) return ok({ fileName })
        return replaces === null ? fail(failure('remote-conflict', path)) : ok({ fileName, replaces })
      },
      numbersTaken: () => done,
      noteClaim: () => done,
      noteReached: () => done,
      learnt: () => done,
    },
  })
  const drawing = createWorkerPool<Record<never, never>, DrawingContract>({
    kind: 'mockups',
    size: designs,
    callsPerWorker: 1,
    callDeadlineMs: DRAWING_DEADLINE_MS,
    host,
    handlers: {},
  })
  return {
    transfer,
    drawing,
    async put(request, name) {
      names.set(request.itemId, { ...name, path: `${request.remoteDir}/${name.fileName}` })
      try {
        return await transfer.call('put', request)
      } finally {
        names.delete(request.itemId)
      }
    },
    async stop() {
      await Promise.all([transfer.stop(), drawing.stop()])
    },
  }
}
