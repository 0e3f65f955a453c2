import { isDeepStrictEqual } from 'node:util'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { NasFacts } from '../../shared/domain/nas-facts.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { done, type Handlers } from '../../shared/worker/peer.ts'
import type {
  FinalName,
  NameWish,
  NasAccess,
  TransferContract,
  TransferHostContract,
} from '../../shared/worker/transfer.ts'
import { createBrowser, isSameSignIn } from './browse/browser.ts'
import type { FolderRequests } from './browse/folder-requests.ts'
import { listFolder } from './browse/list-folder.ts'
import { openBrowsing } from './browse/open-browsing.ts'
import { ALONE } from './connection/capacity.ts'
import { openConnection } from './connection/connection.ts'
import { type ConnectionPool, createConnectionPool } from './connection/connection-pool.ts'
import { createRateLimits } from './connection/rate-limit.ts'
import type { TransferDeadlines } from './connection/settings.ts'
import type { SftpRequests } from './connection/sftp-requests.ts'
import { tryConnection } from './connection-test.ts'
import { findRestored, getFile } from './get/get-file.ts'
import { identifyFile, listFiles } from './get/look-around.ts'
import { createFactBook, type FactBook, type FactBookOptions } from './put/folder-facts.ts'
import { makeFolder } from './put/folders.ts'
import { removeFiles, sweepParts } from './put/part-file.ts'
import { markPlace, readPlace } from './put/place-mark.ts'
import { putFile } from './put/put-file.ts'
import { sweepFolder } from './put/sweep-folder.ts'
import { takeBack } from './put/take-back.ts'
import { reinstate, withdraw } from './put/withdraw.ts'

/** Of a file that was not looked at yet: taken for a large one. */
const UNKNOWN_BYTES = Number.POSITIVE_INFINITY

export interface TransfersOptions {
  readonly deadlines: TransferDeadlines
  /** Monotonic, ms. */
  readonly now: () => number
  readonly newId: () => string
  takeName(input: NameWish): Promise<Result<FinalName>>
  noteClaim(input: TransferHostContract['noteClaim']['input']): Promise<Result<null>>
  numbersTaken(input: TransferHostContract['numbersTaken']['input']): Promise<unknown>
  noteReached(input: TransferHostContract['noteReached']['input']): Promise<unknown>
  learnt(input: TransferHostContract['learnt']['input']): Promise<unknown>
}

/** The connections to every NAS in use, and what is done over them, as the contract says. */
export interface Transfers extends Omit<Handlers<TransferContract>, 'vitals'> {
  /** Closes every connection; work under way fails. */
  close(): void
}

interface OpenNas {
  readonly access: NasAccess
  readonly pool: ConnectionPool
  readonly book: FactBook
}

export function createTransfers(options: TransfersOptions): Transfers {
  const { deadlines, now, newId, takeName, numbersTaken, noteClaim, noteReached, learnt } = options
  const nases = new Map<string, OpenNas>()
  const limits = createRateLimits(now)
  const ssh = { deadlines, keyTypes: new Map<string, string>(), limits }
  const browser = createBrowser({
    idleMs: deadlines.idleMs,
    open: (access, code) => openBrowsing(access, { ...ssh, code }, now),
  })

  /** On the browser's connection; where a one-time code would be asked for it, beside the uploads on theirs. */
  const browsing = <T>(
    access: NasAccess,
    signal: AbortSignal,
    work: (folders: FolderRequests) => Promise<Result<T>>,
    code?: string,
  ): Promise<Result<T>> =>
    browser.use({ access, code }, work, async (reason) => {
      const uploads = [...nases.values()].find((nas) => isSameSignIn(nas.access, access) && nas.pool.isConnected)
      if (uploads === undefined || isAboutIdentity(reason)) return fail(reason)
      if (reason.code !== 'code-wanted') return fail(failure('nas-busy', reason.detail))
      return uploads.pool.run(0, signal, ({ sftp }) => work(sftp))
    })
  /** Its access may have been given to another worker, in whose place this one is by now. */
  const on = async <T>(nasId: string, work: (nas: OpenNas) => Promise<Result<T>>): Promise<Result<T>> => {
    const nas = nases.get(nasId)
    return nas === undefined ? fail(failure('worker-gone', { says: 'no-access-given' })) : work(nas)
  }
  /** `sizeBytes`: of what is read for it. */
  const ask = <T>(
    nasId: string,
    signal: AbortSignal,
    work: (sftp: SftpRequests) => Promise<Result<T>>,
    sizeBytes = 0,
  ): Promise<Result<T>> => on(nasId, ({ pool }) => pool.run(sizeBytes, signal, ({ sftp }) => work(sftp)))

  const openNas = (nasId: string, access: NasAccess, code: string | null): OpenNas => {
    const before = nases.get(nasId)
    if (before !== undefined && code === null && isDeepStrictEqual(before.access, access)) return before
    before?.pool.close(failure('connection-lost', { says: 'access-changed' }))
    let unused = code
    const pool = createConnectionPool({
      // Each connection more would need a code of its own.
      maxConnections: code === null ? access.maxConnections : 1,
      staysOpen: code !== null,
      idleMs: deadlines.idleMs,
      now,
      open() {
        const given = unused
        unused = null
        return openConnection(access, { ...ssh, code: given ?? undefined }, now)
      },
    })
    const { root } = access.nas
    const tell = (remoteDir: string, facts: NasFacts) => learnt({ nasId, remoteDir, facts })
    const tellTaken: FactBookOptions['tellTaken'] = (templateId, taken) => numbersTaken({ templateId, taken })
    const book = createFactBook({ hostKey: access.hostKey ?? '', root, newId, tell, tellTaken })
    const nas = { access, pool, book }
    nases.set(nasId, nas)
    return nas
  }

  return {
    openNas({ nasId, access }) {
      openNas(nasId, access, null)
      return done
    },
    signIn: ({ nasId, access, code = null }, { signal }) =>
      openNas(nasId, access, code).pool.run(0, signal, () => Promise.resolve(ok(null))),
    letIdle({ nasId }) {
      nases.get(nasId)?.pool.letIdle()
      return done
    },
    limitRate({ bytesPerSecond }) {
      limits.up.set(bytesPerSecond)
      limits.down.set(bytesPerSecond)
      return done
    },
    put: (request, { signal, emit }) =>
      on(request.nasId, ({ pool, book }) => {
        const { itemId, attempt } = request
        // A rename that may have been done is settled first, whatever the person wants by now.
        const waitSignal = request.settle === undefined ? signal : new AbortController().signal
        return pool.run(request.source.sizeBytes, waitSignal, (channel) =>
          putFile(channel, request, {
            facts: book(channel.sftp, request.remoteDir, request.known),
            now,
            signal,
            emit,
            noteReached: (ackedBytes) => noteReached({ itemId, attempt, ackedBytes }),
            noteClaim: (isClaimed) => noteClaim({ itemId, isClaimed }),
            takeName: (wish) => takeName({ itemId, attempt, ...wish }),
          }),
        )
      }),
    sweep: (request, { signal }) => ask(request.nasId, signal, (sftp) => sweepParts(sftp, request)),
    sweepFolder: (request, { signal }) => ask(request.nasId, signal, (sftp) => sweepFolder(sftp, request)),
    takeBack(request) {
      const never = new AbortController().signal
      return ask(request.nasId, never, (sftp) => takeBack(sftp, request), UNKNOWN_BYTES)
    },
    // Once begun, both are done to their end.
    withdraw: (request) =>
      ask(request.nasId, new AbortController().signal, (sftp) => withdraw(sftp, request), UNKNOWN_BYTES),
    reinstate: (request) =>
      ask(request.nasId, new AbortController().signal, (sftp) => reinstate(sftp, request), UNKNOWN_BYTES),
    dropKept: ({ nasId, keptPaths }, { signal }) => ask(nasId, signal, (sftp) => removeFiles(sftp, keptPaths)),
    list: ({ nasId, remoteDir }, { signal }) => ask(nasId, signal, (sftp) => listFiles(sftp, remoteDir)),
    identify: (request, { signal }) =>
      ask(request.nasId, signal, (sftp) => identifyFile(sftp, request), request.sizeBytes),
    get: (request, { signal, emit }) =>
      on(request.nasId, async ({ pool }) => {
        const found = await findRestored(request)
        if (!found.ok) return found
        if (found.value !== null) return ok(found.value)
        const get = (sizeBytes: number | typeof ALONE) =>
          pool.run(sizeBytes, signal, (channel) => getFile(channel, request, { now, emit }))
        const got = await get(UNKNOWN_BYTES)
        // There are servers that mix up files which are read at once: read alone, a file tells whether it was altered.
        return got.ok || got.failure.code !== 'design-altered' ? got : get(ALONE)
      }),
    readPlace: ({ nasId }, { signal }) =>
      on(nasId, ({ access, pool }) => pool.run(0, signal, ({ sftp }) => readPlace(sftp, access.nas.root))),
    markPlace: ({ nasId, id }, { signal }) =>
      on(nasId, ({ access, pool }) => pool.run(0, signal, ({ sftp }) => markPlace(sftp, access.nas.root, id))),
    testConnection: async ({ code, places, ...access }, { emit: tell }) =>
      ok(
        await tryConnection(access, {
          places,
          // At full speed, whatever uploads are held to.
          open: () => openConnection(access, { ...ssh, limits: createRateLimits(now), code }, now),
          now,
          newId,
          tell,
        }),
      ),
    browse: ({ access, path, code }, { signal }) =>
      browsing(access, signal, (folders) => listFolder(folders, path, access.nas.user), code),
    makeFolder: ({ access, path }, { signal }) => browsing(access, signal, (folders) => makeFolder(folders, path, '/')),
    close() {
      browser.close(failure('connection-lost', { says: 'idle' }))
      for (const { pool } of nases.values()) pool.close(failure('connection-lost', { says: 'idle' }))
      nases.clear()
    },
  }
}

/** A NAS that is another one than was trusted is no busy one. */
function isAboutIdentity({ code }: Failure): boolean {
  return code === 'host-key-unknown' || code === 'host-key-changed'
}
