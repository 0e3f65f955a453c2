import { setImmediate } from 'node:timers/promises'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { applyEvent, type QueueContext } from './context.ts'
import { outcomeOf } from './outcome.ts'

/** What an error met that nobody expected. */
export interface Struck {
  /** Items whose work it was. */
  readonly items?: readonly Item[]
  /** What waits before that work is tried again, where it is no item's or none was taken up yet. */
  readonly keys?: readonly HoldKey[]
}

/** The one answer to an error that nobody expected, in whatever lane. What is the disk's doing, or that of a program that
 *  locks the catalog, is waited for. A bug ends the items that it met, and holds other work with its reason, so that none
 *  is taken up again at once, for ever. An item whose file may be on the NAS is held too: its next upload looks there. */
export async function faultMet(context: QueueContext, where: string, error: unknown, struck: Struck): Promise<void> {
  await answer(context, where, error, struck)
  // Work that throws at once and is taken up again at once may slow others and never starve them: an engine whose catalog is
  // damaged has to come to its end.
  await setImmediate()
}

async function answer(context: QueueContext, where: string, error: unknown, struck: Struck): Promise<void> {
  const { items = [], keys = [] } = struck
  const { catalog, holds, log } = context
  const ids = items.map(({ id }) => id)
  const trouble = catalog.met(error)
  if (trouble !== null) {
    log.warn(where, { items: ids.join(' '), code: trouble.code })
    await Promise.all(ids.map((id) => applyEvent(context, id, { type: 'released' })))
    return
  }
  log.error(where, {
    items: ids.join(' '),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  const because = failure('internal', String(error))
  for (const key of keys) holds.add(key, because)
  await Promise.all(items.map((item) => endOrHold(context, item, because)))
}

async function endOrHold(context: QueueContext, item: Item, because: Failure): Promise<void> {
  const isNamed = context.catalog.items.intent(item.id) !== null
  const { event, holds } = outcomeOf(because, item, { isCancelling: false, upload: { isNamed } })
  if (holds !== null) context.holds.add(holds, because)
  if (event !== null) await applyEvent(context, item.id, event)
}
