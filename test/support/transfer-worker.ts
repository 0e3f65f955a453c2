import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, vi } from 'vitest'
import { wholeMs } from '../../src/engine/whole-ms.ts'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import type { Detail } from '../../src/shared/domain/detail.ts'
import type { FailureCode } from '../../src/shared/domain/failure.ts'
import type { NumberRange } from '../../src/shared/domain/number-range.ts'
import type { Result } from '../../src/shared/domain/result.ts'
import { ok } from '../../src/shared/domain/result.ts'
import { describeDetail } from '../../src/shared/texts/details-en.ts'
import { createPeer, done, type Peer } from '../../src/shared/worker/peer.ts'
import type {
  FinalName,
  NasAccess,
  PutEvent,
  PutRequest,
  PutResult,
  TransferContract,
  TransferHostContract,
} from '../../src/shared/worker/transfer.ts'
import type { ChaosProxy } from './chaos-proxy.ts'
import { entryOf } from './entries.ts'
import type { Sshd } from './sshd.ts'

/** A file that did not grow for so long grows no more. */
const QUIET_MS = 2_000

type TakeName = TransferHostContract['takeName']
type Learnt = TransferHostContract['learnt']

/** A real transfer worker process, with this test as its engine. */
export interface TransferWorker extends AsyncDisposable {
  readonly pid: number
  readonly peer: Peer<TransferContract>
  /** Each name that was asked for, in order. */
  readonly names: readonly TakeName['input'][]
  /** What the NAS was seen to do, in order. */
  readonly learnt: readonly Learnt['input'][]
  /** The numbers that each listing of a folder found taken. */
  readonly taken: readonly (readonly NumberRange[])[]
  put(
    request: PutRequest,
    options?: { signal?: AbortSignal; onEvent?: (event: PutEvent) => void },
  ): Promise<Result<PutResult>>
  kill(): void
}

/** Starts the worker, with this access to a NAS if one is given. Without `takeName`, an item's file is named after the
 *  item, then `-2`, `-3` for foreign names. `entry` is another build of it. */
export async function startTransferWorker(
  access?: NasAccess,
  takeName?: (input: TakeName['input']) => string | FinalName | Promise<string | FinalName>,
  entry = entryOf('worker/transfer'),
): Promise<TransferWorker> {
  const child = forkChild(entry)
  const names: TakeName['input'][] = []
  const learnt: Learnt['input'][] = []
  const taken: (readonly NumberRange[])[] = []
  const nextOf = new Map<string, number>()
  const name =
    takeName ??
    ((input) => {
      const number = (nextOf.get(input.itemId) ?? 0) + (input.foreign === undefined ? 0 : 1)
      nextOf.set(input.itemId, number)
      return number === 0 ? `${input.itemId}.png` : `${input.itemId}-${number + 1}.png`
    })
  const peer = createPeer<TransferHostContract, TransferContract>(child.port, {
    noteReached: () => done,
    noteClaim: () => done,
    learnt(input) {
      learnt.push(input)
      return done
    },
    numbersTaken(input) {
      taken.push(input.taken)
      return done
    },
    async takeName(input) {
      names.push(input)
      const given = await name(input)
      return ok(typeof given === 'string' ? { fileName: given } : given)
    },
  })
  if (access !== undefined) await peer.call('openNas', { nasId: 'nas', access })
  return {
    pid: child.pid ?? 0,
    peer,
    names,
    learnt,
    taken,
    put: (request, options) => peer.call('put', request, options),
    kill: () => child.kill(),
    async [Symbol.asyncDispose]() {
      peer.close()
      child.kill()
      await child.exited
    },
  }
}

/** How the worker reaches a test server, straight or through a proxy; by the key unless said otherwise. */
export function accessTo(
  { nas, hostKeyFingerprint: hostKey }: Sshd,
  { through, ...changes }: Partial<NasAccess> & { readonly through?: ChaosProxy } = {},
): NasAccess {
  return { nas: { ...nas, port: through?.port ?? nas.port }, hostKey, maxConnections: 2, ...changes }
}

/** Writes a file of random bytes and answers the request that puts it into the server's root, or as `changes` say. */
export async function makeUpload(
  { scratch, root }: Pick<Sshd, 'scratch' | 'root'>,
  itemId: string,
  sizeBytes: number,
  changes: Partial<PutRequest> = {},
): Promise<PutRequest> {
  const path = join(scratch, `${itemId}.png`)
  const bytes = randomBytes(sizeBytes)
  await writeFile(path, bytes)
  const { mtimeNs } = await stat(path, { bigint: true })
  return {
    nasId: 'nas',
    itemId,
    attempt: 1,
    source: { path, fileName: basename(path), sizeBytes, mtimeMs: wholeMs(mtimeNs) },
    sha256: createHash('sha256').update(bytes).digest('hex'),
    remoteDir: root,
    verify: 'size',
    ...changes,
  }
}

export async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

/** Matches a result that failed with this code, its detail containing `detail`. */
export function failsWith(code: FailureCode, detail = ''): unknown {
  const some = detail === '' ? { code } : { code, detail: saying(detail) }
  return { ok: false, failure: expect.objectContaining(some) }
}

/** Matches the particulars of a failure whose English words contain these. */
export function saying(words: string): unknown {
  return { asymmetricMatch: (detail: Detail | undefined) => describeDetail(detail)?.includes(words) === true }
}

/** Matches the result of a put that stored the file under this name. */
export function storesAs(fileName: string): unknown {
  return { ok: true, value: expect.objectContaining({ fileName }) }
}

/** Waits until the temporary file of an upload has some bytes on the NAS. */
export function untilPartGrows(folder: string): Promise<void> {
  return vi.waitFor(async () => {
    const [part] = (await readdir(folder)).filter((name) => name.endsWith('.part'))
    expect((await readFile(join(folder, part ?? ''))).length).toBeGreaterThan(100_000)
  }, 20_000)
}

/** Watches the folder until no temporary file in it has grown for a while; when the last one grew, as `performance.now()`. */
export async function lastGrowthMs(folder: string): Promise<number> {
  let before = -1
  let grownAt = performance.now()
  await vi.waitFor(
    async () => {
      const parts = (await readdir(folder)).filter((name) => name.endsWith('.part'))
      const sizes = await Promise.all(parts.map(async (name) => (await stat(join(folder, name))).size))
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      const now = performance.now()
      if (bytes > before) grownAt = now
      before = bytes
      expect(now - grownAt).toBeGreaterThan(QUIET_MS)
    },
    { timeout: 20_000, interval: 20 },
  )
  return grownAt
}
