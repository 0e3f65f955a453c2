import { PRIORITIES } from '../../shared/domain/batch.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { type HoldKey, holdKeyText } from '../../shared/domain/hold-key.ts'
import { type Examination, type Item, preparedOf, type SourceFile } from '../../shared/domain/item.ts'
import { remoteDir } from '../../shared/domain/remote-name.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { DEFAULT_CONNECTIONS, MAX_CONNECTIONS, verifyPolicyFor } from '../../shared/domain/shop.ts'
import { done, type Handlers } from '../../shared/worker/peer.ts'
import type { PutResult, ResumePoint, SentName, TransferHostContract } from '../../shared/worker/transfer.ts'
import type { RenameIntent } from '../catalog/items.ts'
import { blockedBy } from '../items/blocking.ts'
import {
  announce,
  applyEvent,
  applyInTransaction,
  claimable,
  type LiveItem,
  type QueueContext,
  worked,
} from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createItemLane } from '../items/lanes.ts'
import { type Outcome, outcomeOf } from '../items/outcome.ts'
import { recordOf } from '../items/record.ts'
import { takenElsewhere } from '../items/reserved-number.ts'
import type { Claims } from '../records/claims.ts'
import type { NumberLeases } from '../records/number-leases.ts'
import { CONNECTION_CAPACITY, weightOf } from '../transfer/connection/capacity.ts'
import { createBlame } from './blame.ts'
import { examineAgain } from './examine-again.ts'
import { freeName, keepName, takeName } from './final-name.ts'
import { claimFound } from './found-files.ts'
import { type NasParts, openNas } from './nas-access.ts'
import type { PreparedFiles } from './prepared-files.ts'
import { replacedFile } from './replacement.ts'

const CAPACITY = MAX_CONNECTIONS * CONNECTION_CAPACITY
/** Items beyond those that there is room for whose claims are asked for already, so that no upload waits for the answer. */
const CLAIMED_AHEAD = 32

interface Upload {
  readonly item: Item
  readonly examination: Examination
  /** What is sent: the dropped file, or its print file. */
  readonly payload: SourceFile
  readonly sha256: string
  readonly attempt: number
  readonly intent: RenameIntent | null
  readonly resume: ResumePoint | null
  /** Monotonic. */
  readonly begunAt: number
}

export interface TransferLaneOptions extends NasParts {
  readonly files: Pick<PreparedFiles, 'path'>
  readonly claims: Pick<Claims, 'granted'>
}

/** waiting → uploading → stored: each file to the NAS, under its temporary name until it is verified. */
export function createTransferLane(context: QueueContext, { files, claims, ...nas }: TransferLaneOptions): Lane {
  const { transfer } = nas
  const { catalog, holds, live } = context
  const blame = createBlame()
  /** The item that met what holds the key, the last time. */
  const metBy = new Map<string, string>()

  const waiting = (room: number): Item[] => {
    const inTurn = claimable(context, 'waiting', room + CLAIMED_AHEAD, { weightOf: weightOfItem })
    const next = oneFirst(notOvertaking(inTurn, claims.granted(inTurn))).slice(0, room)
    // No more than the connections carry: what waits can still be overtaken.
    const free = new Map<string, number>()
    return next.filter((item) => {
      const left = (free.get(item.shopId) ?? capacityOf(item.shopId)) - weightOfItem(item)
      free.set(item.shopId, left)
      return left >= 0
    })
  }

  /** Without those that another of a higher priority stands before, whose claim is still asked for. */
  const notOvertaking = (inTurn: readonly Item[], granted: readonly Item[]): readonly Item[] => {
    const isGranted = new Set(granted)
    const priorities = new Map(catalog.batches.open().map(({ id, priority }) => [id, PRIORITIES.indexOf(priority)]))
    const rank = ({ batchId }: Item): number => priorities.get(batchId) ?? 0
    return granted.filter((item) => {
      const asked = inTurn.find((other) => other.shopId === item.shopId && !isGranted.has(other))
      return asked === undefined || rank(asked) >= rank(item)
    })
  }

  const capacityOf = (shopId: string): number => {
    const connections = catalog.shops.shop(shopId)?.nas?.maxConnections ?? DEFAULT_CONNECTIONS
    const given = underWay().filter((item) => item.shopId === shopId)
    return given.reduce((room, item) => room - weightOfItem(item), connections * CONNECTION_CAPACITY)
  }

  /** After a hold one file goes first, to see whether NAS and folder take it again; the others follow when it is
   *  stored. Not the one that failed last, while there is another: it may fail alone. */
  const oneFirst = (found: readonly Item[]): Item[] => {
    const triedKeys = (item: Item): string[] =>
      blockedBy('waiting', item).flatMap((key) =>
        key.kind === 'item' || holds.view(key) === null ? [] : [holdKeyText(key)],
      )
    if (!found.some((item) => triedKeys(item).length > 0)) return [...found]
    const failedLast = (item: Item): boolean => triedKeys(item).some((key) => metBy.get(key) === item.id)
    const trying = new Set(underWay().flatMap(triedKeys))
    return [...found.filter((item) => !failedLast(item)), ...found.filter(failedLast)].filter((item) => {
      const keys = triedKeys(item)
      if (keys.some((key) => trying.has(key))) return false
      for (const key of keys) trying.add(key)
      return true
    })
  }

  const underWay = (): Item[] =>
    catalog.batches.open().flatMap(({ id }) => catalog.items.inStage(id, 'uploading', [], CAPACITY))

  /** Inside the transaction that claims it. */
  const uploadOf = (item: Item): Upload => {
    if (item.state.stage !== 'uploading') throw new Error(`item ${item.id} is ${item.state.stage}, not uploading`)
    const { examination } = item.state
    const prepared = preparedOf(item.state)
    const { sha256, ...print } = prepared ?? { sha256: examination.fingerprint.sha256 }
    const attempt = catalog.items.nextUploadAttempt({ id: item.id, sha256 })
    const payload = { ...item.source, ...(prepared === null ? {} : { ...print, path: files.path(item.id) }) }
    const intent = catalog.items.intent(item.id)
    const resume = catalog.items.resumePoint(item.id)
    const begunAt = context.clock.monotonic()
    return { item, examination, payload, sha256, attempt, intent, resume, begunAt }
  }

  const send = async (upload: Upload, signal: AbortSignal): Promise<void> => {
    const { item, payload, sha256, attempt, resume } = upload
    const { sizeBytes } = payload
    const ackedBefore = context.traffic.ackedBytes
    const { shopId } = item
    const template = catalog.shops.template(item.templateId)
    if (template === null) throw new Error(`item ${item.id} without a template`)
    const opened = await openNas(catalog, nas, shopId, signal)
    if (!opened.ok) return failedUpload(upload, opened.failure, false, resume)

    const dir = remoteDir(opened.value.nas.root, template)
    const seeking = { itemId: item.id, templateId: template.id, nasId: shopId, attempt, remoteDir: dir, sha256 }
    const found =
      upload.intent === null
        ? await claimFound(context, transfer, { ...seeking, sizeBytes }, signal)
        : ok(upload.intent)
    if (!found.ok) return failedUpload(upload, found.failure, false, resume)
    const intent = found.value

    const known = catalog.nasFacts.of(shopId, dir)
    let ackedBytes = 0
    let verifiedBytes = 0
    const shown: LiveItem = { batchId: item.batchId, sentBytes: 0, movedBytes: 0, stage: null }
    live.set(item.id, shown)
    // Should the engine end before the upload does, the catalog has what the worker had noted.
    let reached = resume
    const result = await transfer.call(
      'put',
      {
        nasId: shopId,
        itemId: item.id,
        attempt,
        source: payload,
        sha256,
        remoteDir: dir,
        numbering: { templateId: template.id, code: template.code, namePattern: template.namePattern },
        verify: verifyPolicyFor(opened.value.nas, sizeBytes),
        ...(intent === null ? {} : { settle: sentName(intent) }),
        ...(known === null ? {} : { known }),
        ...(resume === null ? {} : { resume }),
        ...replacedFile(catalog, item),
      },
      {
        signal,
        onEvent: (event) => {
          if (event.kind === 'verifying') {
            shown.stage = 'verifying'
            context.traffic.verifiedBytes += event.verifiedBytes - verifiedBytes
            shown.movedBytes += event.verifiedBytes - verifiedBytes
            verifiedBytes = event.verifiedBytes
          } else {
            const movedBytes = event.kind === 'resumed' ? 0 : event.ackedBytes - ackedBytes
            context.traffic.ackedBytes += movedBytes
            shown.movedBytes += movedBytes
            ackedBytes = event.ackedBytes
            shown.sentBytes = Math.round((ackedBytes / sizeBytes) * item.source.sizeBytes)
            const isClosed = event.kind === 'left'
            if (isClosed || ackedBytes > 0) reached = { attempt, offset: ackedBytes, isClosed }
          }
          context.itemChanged(item.id, item.batchId)
        },
      },
    )
    if (result.ok) await stored(upload, result.value)
    // A file whose turn did not come is not to blame for the end of a line that carried others.
    else await failedUpload({ ...upload, intent }, result.failure, context.traffic.ackedBytes > ackedBefore, reached)
  }

  /** `stored` and its outbox row are one transaction: a file on the NAS is never without its record to come. */
  const stored = async ({ item, examination, sha256, attempt, begunAt }: Upload, put: PutResult): Promise<void> => {
    context.durations.note(item.shopId, 'upload', context.clock.monotonic() - begunAt)
    worked(context, 'waiting', item)
    blame.stored(item.templateId, item.id)
    const moved = await catalog.write(() => {
      const intent = catalog.items.intent(item.id)
      if (intent === null) throw new Error(`item ${item.id} was stored without a number`)
      const { fileName: _, ...placed } = put
      const file = { designId: item.id, number: intent.number, sha256, ...placed }
      const now = context.clock.now()
      const stored = applyInTransaction(context, item.id, { type: 'stored', stored: file })
      if (stored === null) throw new Error(`item ${item.id} was stored but not uploading`)
      keepName(catalog, stored, file)
      // The only temporary file there was has the final name now.
      if (attempt === 1) catalog.items.setSwept(item.id, attempt)
      const { id, shopId, templateId, copy, source } = stored
      const design = { id, shopId, templateId, copy, fileName: source.fileName, fingerprint: examination.fingerprint }
      catalog.replaced.add(id, templateId, file, put.keptPath, now)
      const replaces = catalog.designs.takePlace(templateId, file, id)
      catalog.designs.addKnown(design, file)
      catalog.outbox.add(shopId, recordOf(catalog, stored, examination, file, now, replaces), now)
      return stored
    })
    context.log.info('file stored', {
      item: moved.id,
      batch: moved.batchId,
      path: put.remotePath,
      bytes: put.sizeBytes,
    })
    announce(context, moved)
  }

  const failedUpload = async (
    upload: Upload,
    because: Failure,
    sawProgress: boolean,
    reached: ResumePoint | null,
  ): Promise<void> => {
    const { item, intent, begunAt } = upload
    const outcome = outcomeOf(because, item, {
      isCancelling: context.cancelling.has(item.id),
      upload: {
        wasInDoubt: intent !== null,
        isNamed: catalog.items.intent(item.id) !== null,
        sawProgress,
        isOwnFault: blame.isOwnFault(item.templateId, item.id),
        tries: holds.triesOf({ kind: 'item', itemId: item.id }),
      },
    })
    if (outcome.event === null) return examineAgain(context, item)
    if (outcome.isRefusal) blame.refused(item.templateId, item.id)
    if (outcome.holds !== null) hold(outcome.holds, item, because, begunAt)
    await applyEvent(context, item.id, outcome.event, (moved) => leave(outcome, moved, reached))
  }

  /** What the upload leaves: inside the transaction that ends it. */
  const leave = ({ remains, freesName }: Outcome, item: Item, reached: ResumePoint | null): void => {
    const { items } = catalog
    const { id } = item
    // A rename that was promised since took the point away: that file is never written again.
    const isKept =
      (remains === 'cut' && items.resumePoint(id) !== null) || (remains === 'closed' && items.intent(id) === null)
    if (remains === 'none') items.returnUploadAttempt(id)
    else items.setResumePoint(id, isKept ? reached : null)
    if (freesName) freeName(catalog, item)
  }

  const hold = (key: HoldKey, { id, shopId }: Item, because: Failure, begunAt: number): void => {
    const nas: HoldKey = { kind: 'nas', shopId }
    if (key.kind !== 'item') {
      metBy.set(holdKeyText(key), id)
      // What it waits for now is not what kept it before.
      holds.lift({ kind: 'item', itemId: id })
    }
    // The NAS answered about this folder: what it was held for is over.
    if (key.kind === 'folder' && !holds.isHeld(nas)) holds.lift(nas)
    holds.add(key, because, begunAt)
  }

  return createItemLane(context, {
    name: 'transfer lane',
    capacity: CAPACITY,
    claimHold: { kind: 'transfer-worker' },
    waiting,
    workOf: uploadOf,
    run: (upload, signal) => send(upload, signal).finally(() => live.delete(upload.item.id)),
  })
}

function sentName({ finalName, attempt, isClaimed }: RenameIntent): SentName {
  return { fileName: finalName, attempt, isClaimed }
}

function weightOfItem({ source, state }: Item): number {
  return weightOf((preparedOf(state) ?? source).sizeBytes)
}

/** What a transfer worker asks of the engine. */
export function transferHandlers(
  { catalog, itemChanged }: Pick<QueueContext, 'catalog' | 'itemChanged'>,
  claims: Pick<Claims, 'confirm'>,
  numbers: Pick<NumberLeases, 'confirm'>,
): Handlers<TransferHostContract> {
  return {
    takeName: async ({ itemId, ...wish }) => {
      const [isMine] = await Promise.all([claims.confirm(itemId), numbers.confirm(itemId, wish.foreign)])
      if (!isMine) return fail(failure('claimed-elsewhere'))
      return catalog.write(() => {
        const item = catalog.items.get(itemId)
        if (item === null) throw new Error(`no item ${itemId}`)
        catalog.items.setResumePoint(itemId, null)
        return takeName(catalog, item, wish)
      })
    },
    numbersTaken: async ({ templateId, taken }) => {
      const changed = await catalog.write(() => takenElsewhere(catalog, templateId, taken))
      for (const { id, batchId } of changed) itemChanged(id, batchId)
      return ok(null)
    },
    noteClaim: async ({ itemId, isClaimed }) => {
      await catalog.write(() => catalog.items.setClaimed(itemId, isClaimed))
      return ok(null)
    },
    learnt: async ({ nasId, remoteDir: folder, facts }) => {
      await catalog.write(() => catalog.nasFacts.set(nasId, folder, facts))
      return ok(null)
    },
    noteReached: ({ itemId, attempt, ackedBytes }) => {
      catalog.note(() => catalog.items.setResumePoint(itemId, { attempt, offset: ackedBytes, isClosed: false }))
      return done
    },
  }
}
