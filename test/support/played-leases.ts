import { vi } from 'vitest'
import { createNumberLeases } from '../../src/engine/records/number-leases.ts'
import type { LeaseRequest } from '../../src/shared/api/numbers.ts'
import { type Failure, failure } from '../../src/shared/domain/failure.ts'
import type { HoldKey } from '../../src/shared/domain/hold-key.ts'
import { type NumberRange, numbersOf, rangesOf } from '../../src/shared/domain/number-range.ts'
import { fail, ok } from '../../src/shared/domain/result.ts'
import type { LogFields } from '../../src/shared/worker/log.ts'
import type { TestCatalog } from './catalog.ts'
import { openQueueContext } from './queue-context.ts'

/** What the played service knows beside this workstation's leases; the folders have files of `files`. */
export interface Played {
  isAway?: boolean
  /** In place of an answer. */
  refusal?: Failure
  /** There is no token for it any more. */
  isUnknown?: boolean
  others?: readonly number[]
  gone?: readonly number[]
  lost?: readonly NumberRange[]
  files?: readonly number[]
  silentSince?: number | null
}

/** Leases of the catalog's shop from a played service. Timers are those of the test. */
export function openPlayedLeases(shop: TestCatalog, played: Played) {
  const queue = openQueueContext(shop.catalog)
  const asked: LeaseRequest[] = []
  const answers = new Map<string, { readonly turn: number; readonly mine: readonly number[] }>()
  const unleased: string[] = []
  let listings = 0
  let sleptMs = 0
  const clock = { ...queue.context.clock, now: () => queue.context.clock.now() + sleptMs }
  const answer = (request: LeaseRequest) => {
    const { turn, mine } = answers.get(request.template) ?? { turn: 0, mine: [] }
    const held = numbersOf(request.held)
    const told = request.turn === turn ? held : [...held, ...mine]
    played.gone = [...(played.gone ?? []), ...numbersOf(request.taken)]
    const nobodys = (number: number): boolean => ![...(played.others ?? []), ...(played.gone ?? [])].includes(number)
    const kept = told.filter(nobodys)
    const count = request.wanted + held.filter((number) => !nobodys(number)).length
    const next = Array.from({ length: 2_000 }, (_, n) => n + 1).filter(
      (number) => nobodys(number) && !kept.includes(number),
    )
    const now = { turn: turn + 1, mine: [...kept, ...next.slice(0, count)] }
    answers.set(request.template, now)
    return { turn: now.turn, numbers: rangesOf(now.mine), lost: request.wanted > 0 ? [...(played.lost ?? [])] : [] }
  }
  const info = (event: string, { item }: LogFields = {}): void => {
    if (event === 'named without a lease') unleased.push(String(item))
  }
  const leases = createNumberLeases(
    { ...queue.context, clock, log: { ...queue.context.log, info } },
    {
      service: async () => {
        if (played.isUnknown === true) return fail(failure('backend-token'))
        return ok({
          async leaseNumbers(request) {
            asked.push(request)
            const refusal = played.refusal ?? (played.isAway === true ? failure('backend-unreachable') : null)
            return refusal === null ? ok(answer(request)) : fail(refusal)
          },
        })
      },
      feed: { silentSince: () => played.silentSince ?? null },
      async list() {
        listings += 1
        return ok(
          (played.files ?? []).map((number) => ({ fileName: `UV ${number} UVDTF 16oz_${number}.psd`, sizeBytes: 1 })),
        )
      },
    },
  )
  return {
    leases,
    asked,
    played,
    mine: (template = 'UVDTF 16oz') => [...(answers.get(template)?.mine ?? [])].sort((a, b) => a - b),
    listings: () => listings,
    /** Items that were named so. */
    unleased,
    hold: (key: HoldKey) => queue.holds.add(key, failure('backend-token')),
    async pass(ms: number): Promise<void> {
      queue.pass(ms)
      await vi.advanceTimersByTimeAsync(ms)
    },
    /** The computer sleeps: no timer runs, and the monotonic clock stands still. */
    sleep(ms: number): void {
      sleptMs += ms
    },
    [Symbol.asyncDispose]: () => leases.stop(),
  }
}
