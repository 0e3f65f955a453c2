import { isAbsolute, posix, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type FailureCode, failure, mendsItself, ruleOf } from '../../shared/domain/failure.ts'
import { cleanPart } from '../../shared/domain/remote-name.ts'
import type { RestoredFile, RestoreEvent, RestoreSummary } from '../../shared/domain/restore.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { GetEvent, GetRequest, GetResult } from '../../shared/worker/transfer.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { RestorableDesign } from '../catalog/restorable.ts'
import { backoffMs } from '../items/backoff.ts'
import type { EngineHost } from '../ports.ts'
import { type NasParts, openNas } from '../queue/nas-access.ts'
import type { HashFeed } from '../records/hash-feed.ts'

/** Designs under way at a time; the worker spreads them over its connections. */
const AT_A_TIME = 8
/** Designs read from the catalog at a time. */
const PAGE = 100
/** Cuts in a row, without a byte in between, before a design is given up. */
const MAX_TRIES = 6

type RestoreRequest = EngineContract['restore']['input']

export interface RestoreParts {
  readonly catalog: Catalog
  readonly host: NasParts['host'] & Pick<EngineHost, 'random'>
  readonly transfer: NasParts['transfer']
  readonly places: NasParts['places']
  readonly feed: Pick<HashFeed, 'catchUp'>
}

/** Brings designs back from the NAS into a local folder, several at a time, with those that colleagues uploaded. The
 *  folder is absolute, and made if missing. An abort
 *  finishes the files in flight and takes up no more; so does what would hinder every design, such as a full disk. Fails
 *  as a whole with `configuration`, or `conflict` when the folder is being filled already. */
export type Restore = (
  request: RestoreRequest,
  signal: AbortSignal,
  emit: (event: RestoreEvent) => void,
) => Promise<Result<RestoreSummary>>

export function createRestore({ catalog, feed, ...nas }: RestoreParts): Restore {
  const filling = new Set<string>()

  const tryGet = async (request: GetRequest, onEvent: (event: GetEvent) => void): Promise<Result<GetResult>> => {
    const opened = await openNas(catalog, nas, request.nasId)
    return opened.ok ? nas.transfer.call('get', request, { onEvent }) : opened
  }

  const get = async (
    shopId: string,
    folder: string,
    { id, remotePath, sha256 }: RestorableDesign,
    signal: AbortSignal,
    emit: (event: RestoreEvent) => void,
  ): Promise<Result<GetResult>> => {
    const fileName = cleanPart(posix.basename(remotePath))
    const request = { nasId: shopId, designId: id, remotePath, sha256, folder, fileName }
    let received = 0
    for (let tries = 1; ; tries++) {
      const result = await tryGet(request, ({ receivedBytes, sizeBytes }) => {
        if (receivedBytes > received) tries = 1
        received = Math.max(received, receivedBytes)
        emit({ kind: 'received', designId: id, receivedBytes, sizeBytes })
      })
      if (result.ok || !mendsItself(result.failure.code)) return result
      if (tries >= MAX_TRIES || signal.aborted) return result
      await wait(backoffMs(tries, nas.host.random()), null, { signal }).catch(() => null)
    }
  }

  const run = async (
    request: RestoreRequest,
    signal: AbortSignal,
    emit: (event: RestoreEvent) => void,
  ): Promise<Result<RestoreSummary>> => {
    const { shopId, folder } = request
    // Where colleagues' designs lie is known once the place is proven; what cannot be reached says each design.
    await openNas(catalog, nas, shopId, signal)
    await feed.catchUp(shopId)
    const counts = { restored: 0, present: 0, failed: 0 }
    const total = catalog.restorable.count(request)
    emit({ kind: 'found', total })
    const designs = catalog.restorable.all(request, PAGE)
    let isHindered = false
    // All of them draw from the one list; who leaves early ends it for the others.
    const takeTurns = async (): Promise<void> => {
      for (const design of designs) {
        if (signal.aborted || isHindered) return
        const result = await get(shopId, folder, design, signal, emit)
        if (!result.ok && concernsAll(result.failure.code)) isHindered = true
        const file = restoredFile(design, result)
        counts[file.outcome] += 1
        emit({ kind: 'file', file })
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, takeTurns))
    const left = total - counts.restored - counts.present - counts.failed
    return ok({ ...counts, left: Math.max(0, left), unknown: catalog.restorable.unknown(request) })
  }

  return async (request, signal, emit) => {
    const folder = resolve(request.folder)
    if (!isAbsolute(request.folder))
      return fail(failure('configuration', { says: 'not-a-whole-path', path: request.folder }))
    if (catalog.shops.shop(request.shopId) === null) return fail(failure('configuration', { says: 'no-shop' }))
    if (filling.has(folder)) return fail(failure('conflict', folder))
    filling.add(folder)
    try {
      return await run({ ...request, folder }, signal, emit)
    } finally {
      filling.delete(folder)
    }
  }
}

/** A sign-in that is refused, a full disk, a NAS that stays away: no other design would fare better. */
function concernsAll(code: FailureCode): boolean {
  const rule = ruleOf(code)
  if (rule.class !== 'hold') return rule.isCut === true
  return rule.holds !== 'folder' || rule.pause !== 'backoff'
}

function restoredFile({ id, number, remotePath }: RestorableDesign, result: Result<GetResult>): RestoredFile {
  const found = { designId: id, number, remotePath }
  return result.ok
    ? { ...found, outcome: result.value.outcome, path: result.value.path, failure: null }
    : { ...found, outcome: 'failed', path: null, failure: result.failure }
}
