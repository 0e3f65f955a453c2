import type { BatchResponse, OtherDesign, RecordOutcome, Took } from '../../shared/api/records.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import type { Chunk } from '../catalog/outbox.ts'
import { announce, applyInTransaction, type QueueContext } from '../items/context.ts'
import type { Lane } from '../items/lane.ts'
import { createShopLane } from '../items/lanes.ts'
import { noteRecheck, noteTwin } from '../items/twins.ts'
import type { RecordClient } from './client.ts'
import type { HashFeed } from './hash-feed.ts'
import { type RecordAccess, recordClient } from './shop-client.ts'
import type { Thumbnails } from './thumbnails.ts'

/** A chunk is sent when it is full, or when its oldest record has waited this long. */
const MAX_AGE_MS = 2_000

interface Sending {
  readonly shopId: string
  readonly chunk: Chunk
}

/** stored → recording → done: the outbox, chunk by chunk, one at a time for each shop. Decisions and replacements taken back go
 *  the same way; no item has the id of one. */
export function createRecordLane(
  context: QueueContext,
  access: RecordAccess,
  feed: Pick<HashFeed, 'catchUp'>,
  thumbnails: Pick<Thumbnails, 'sendDue'>,
): Lane {
  const { catalog, holds, log } = context

  const claim = async (): Promise<Sending[]> => {
    const sendings: Sending[] = []
    for (const { id: shopId } of catalog.shops.shops()) {
      if (
        lane.underWay().includes(shopId) ||
        holds.isHeld({ kind: 'backend', shopId }) ||
        catalog.outbox.countOf(shopId) === 0
      )
        continue
      const chunk = catalog.outbox.oldestChunk(shopId) ?? (await formChunk(shopId))
      if (chunk !== null) sendings.push({ shopId, chunk })
    }
    return sendings
  }

  const formChunk = async (shopId: string): Promise<Chunk | null> => {
    const { chunk, moved } = await catalog.write(() => {
      // Nothing more is on its way: the last records of a drop need not wait for company.
      const isComing = catalog.batches
        .open()
        .some((batch) => batch.shopId === shopId && catalog.items.isComing(batch.id))
      const maxAgeMs = isComing ? MAX_AGE_MS : 0
      const chunk = catalog.outbox.formChunk(shopId, context.newId(), context.clock.now(), maxAgeMs)
      const records = chunk === null || 'dueInMs' in chunk ? [] : chunk.records
      return { chunk, moved: records.flatMap(({ id }) => applyInTransaction(context, id, { type: 'claimed' }) ?? []) }
    })
    for (const item of moved) announce(context, item)
    if (chunk === null || !('dueInMs' in chunk)) return chunk
    lane.wakeIn(chunk.dueInMs + 1)
    return null
  }

  const run = async ({ shopId, chunk }: Sending, signal: AbortSignal): Promise<Result<unknown>> => {
    // What it lost may be what these records follow on: it is sent that first.
    if (catalog.history.isResendDue(shopId)) {
      const caughtUp = await feed.catchUp(shopId)
      if (!caughtUp.ok) return caughtUp
    }
    const backendUrl = catalog.shops.shop(shopId)?.backendUrl
    const client = await recordClient(context, access, shopId)
    if (client.ok) thumbnails.sendDue(shopId)
    const took = context.durations.of(shopId)
    const result = client.ok ? await sendChunk(client.value, chunk, signal, took) : client
    if (result.ok && took !== undefined) context.durations.told(shopId, took)
    // The shop has another backend by now, which shall have them.
    if (catalog.shops.shop(shopId)?.backendUrl !== backendUrl) return ok(null)
    if (!result.ok && result.failure.code === 'history-changed') return feed.catchUp(shopId)
    if (!result.ok && result.failure.code !== 'backend-rejected') return result
    if (result.ok) {
      await confirm(shopId, chunk, result.value)
      holds.lift({ kind: 'backend', shopId })
      // A colleague's design that has the same bytes is asked about once it is known here.
      const isUnknown = ({ id }: OtherDesign): boolean => catalog.designs.stateOf(id) === null
      if (result.value.outcomes.flatMap((one) => equalOf(one) ?? []).some(isUnknown)) await feed.catchUp(shopId)
    } else {
      // The service takes nothing of this chunk; each record must answer for itself.
      const reason = describeDetail(result.failure.detail) ?? ''
      log.warn('chunk refused', { chunk: chunk.id, detail: reason })
      await confirm(shopId, chunk, { outcomes: chunk.records.map(({ id }) => ({ status: 'rejected', id, reason })) })
    }
    return ok(null)
  }

  /** `done` and the end of the outbox rows are one transaction. */
  const confirm = async (shopId: string, chunk: Chunk, { outcomes, ...point }: BatchResponse): Promise<void> => {
    const moved = await catalog.write(() => {
      catalog.outbox.removeChunk(chunk.id)
      catalog.history.reach(shopId, point)
      keepSent(shopId, chunk, outcomes)
      return chunk.records.flatMap(({ id }, position) => {
        const outcome = outcomes[position]
        const event =
          outcome?.status === 'rejected'
            ? ({ type: 'failed', failure: refusal(outcome) } as const)
            : ({ type: 'recorded' } as const)
        const ended = [applyInTransaction(context, id, event) ?? []].flat()
        const equal = equalOf(outcome)
        const twins = equal === undefined ? [] : noteTwin(catalog, id, equal)
        if (outcome?.status === 'created' && point.rev !== undefined) noteRecheck(catalog, id, point.rev)
        return [...ended, ...twins]
      })
    })
    for (const outcome of outcomes) {
      const equal = equalOf(outcome)
      if (equal !== undefined) log.warn('another design has the same bytes', { id: outcome.id, other: sayOther(equal) })
    }
    const rejected = outcomes.filter(({ status }) => status === 'rejected').length
    log.info('chunk recorded', { chunk: chunk.id, kind: chunk.kind, records: chunk.records.length, rejected })
    for (const item of moved) announce(context, item)
    context.outboxChanged()
  }

  /** What the backend has of it now is kept as it was sent. */
  const keepSent = (shopId: string, chunk: Chunk, outcomes: BatchResponse['outcomes']): void => {
    const isTaken = (_record: unknown, position: number): boolean => outcomes[position]?.status !== 'rejected'
    const { kept } = catalog
    if (chunk.kind === 'design') kept.keepDesigns(shopId, chunk.records.filter(isTaken))
    if (chunk.kind === 'decision') for (const record of chunk.records.filter(isTaken)) kept.keepDecision(shopId, record)
    if (chunk.kind !== 'undone') return
    for (const [position, { designId, replaced = null }] of chunk.records.entries()) {
      if (isTaken(null, position)) {
        kept.keepGone(shopId, designId, { replaced })
        catalog.twins.taken(designId)
      } else catalog.twins.refused(designId)
    }
  }

  const lane = createShopLane<Sending>(context, {
    kind: 'backend',
    claim,
    // One chunk at a time, until its outcome is in the catalog.
    keyOf: ({ shopId }) => shopId,
    shopIdOf: ({ shopId }) => shopId,
    run,
  })
  return lane
}

/** The design of which the backend says that it has the same bytes. */
function equalOf(outcome: RecordOutcome | undefined): OtherDesign | undefined {
  return outcome?.status === 'created' ? outcome.equal : undefined
}

/** Why the backend did not take a record, and what stands in its way. */
function refusal({ code, other, reason }: Extract<RecordOutcome, { status: 'rejected' }>): Failure {
  if (code === undefined || other === undefined) return failure('backend-rejected', reason)
  return failure(code === 'differs' ? 'record-differs' : 'record-path-taken', sayOther(other))
}

/** Number, template, path, and who stored it: the same in every language. */
function sayOther({ number, template, remotePath, device }: OtherDesign): string {
  return [String(number), template, remotePath, ...(device === null ? [] : [device])].join(', ')
}

function sendChunk(
  client: RecordClient,
  chunk: Chunk,
  signal: AbortSignal,
  took: Took | undefined,
): Promise<Result<BatchResponse>> {
  switch (chunk.kind) {
    case 'design':
      return client.sendBatch(chunk.id, chunk.records, signal, took)
    case 'decision':
      return client.sendDecisions(chunk.id, chunk.records, signal, took)
    case 'undone':
      return client.sendUndone(chunk.id, chunk.records, signal, took)
  }
}
