import type { Catalog } from '../../src/engine/catalog/open-catalog.ts'
import type { QueueContext } from '../../src/engine/items/context.ts'
import { createDurations } from '../../src/engine/items/durations.ts'
import { createHolds, type Holds } from '../../src/engine/items/holds.ts'
import type { NasParts } from '../../src/engine/queue/nas-access.ts'
import type { Library } from '../../src/engine/records/library.ts'
import { ok } from '../../src/shared/domain/result.ts'

/** Of tests on a NAS whose place nobody asks about. */
export const anyPlace: NasParts['places'] = { prove: async () => ok(null) }

/** Of a shop without a service: numbers are given as there is need. */
export const NO_LEASES = { confirm: async () => undefined }

/** What the lanes of a queue share, over a clock that is moved by hand; nobody watches. */
export interface TestQueue extends Disposable {
  readonly context: QueueContext
  readonly holds: Holds
  pass(ms: number): void
}

/** Of shops whose designs are all known. */
export const NO_LIBRARY: Library = {
  isBehind: () => false,
  isReading: () => false,
  states: () => [],
  begin: () => undefined,
  isUncounted: () => false,
  read: () => undefined,
  end: () => undefined,
  forget: () => undefined,
  dispose: () => undefined,
}

export function openQueueContext(catalog: Catalog): TestQueue {
  let nowMs = 0
  let ids = 0
  const clock = { now: () => nowMs, monotonic: () => nowMs }
  const nothing = (): void => undefined
  const holds = createHolds({ clock, random: () => 1, onChange: nothing })
  const context: QueueContext = {
    catalog,
    holds,
    speed: { now: { bytesPerSecond: null, until: null }, timetable: [] },
    library: NO_LIBRARY,
    live: new Map(),
    traffic: { ackedBytes: 0, verifiedBytes: 0 },
    durations: createDurations(),
    cancelling: new Set(),
    undoing: new Set(),
    waitingFor: new Map(),
    clock,
    newId: () => `id ${ids++}`,
    log: { info: nothing, warn: nothing, error: nothing },
    itemChanged: nothing,
    stageReached: nothing,
    itemSettled: nothing,
    outboxChanged: nothing,
  }
  return {
    context,
    holds,
    pass(ms) {
      nowMs += ms
    },
    [Symbol.dispose]: holds.dispose,
  }
}
