import { CLAIM_LEASE_MS, type ClaimOutcome, type ClaimWish, MAX_CLAIMS } from '../../shared/api/claims.ts'
import { failure, waitsForSomebody } from '../../shared/domain/failure.ts'
import type { HoldKey } from '../../shared/domain/hold-key.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { hasStored, isSending } from '../../shared/domain/stages.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { applyEvent, type QueueContext } from '../items/context.ts'
import { replacedId } from '../items/outcome.ts'
import type { RecordClient } from './client.ts'
import type { HashFeed } from './hash-feed.ts'
import { heldBy } from './held-by.ts'

/** Often enough that one lost request ends none. */
const RENEW_EVERY_MS = CLAIM_LEASE_MS / 4
/** A grant needs no second look before the name so long after it was asked for; who takes a design over waits longer, so that
 *  whoever had it has looked. */
const TRUSTED_MS = 5_000
const TAKE_OVER_MS = 2 * TRUSTED_MS
/** For one answer. */
const DEADLINE_MS = 5_000
/** A service that is started anew answers within seconds. One that has answered nobody here for so long is away: uploads go
 *  on without claims, and it is asked seldom. */
const AWAY_AFTER_MS = 20_000
const ASK_SOON_MS = 1_000
const ASK_SELDOM_MS = 30_000

/** What one workstation of a shop sends, no other sends meanwhile: each claims a design at the service before its upload
 *  begins. While the service is away nobody waits for it, and what two have sent is found out by their records. */
export interface Claims {
  /** Those of the waiting items that may be sent. For the others it asks, and wakes who sends when it knows. */
  granted(waiting: readonly Item[]): Item[]
  /** Right before the item's name appears on the NAS: is it still its own? A computer that slept may have lost it. */
  confirm(itemId: string): Promise<boolean>
  /** The item ended, or waits for a person: another workstation may send the design. */
  settled(itemId: string): void
  /** A person takes the design from the workstation that has it. */
  takeOver(itemId: string): Promise<Result<null>>
  stop(): Promise<void>
}

type ClaimService = Pick<RecordClient, 'claim' | 'release'>

export interface ClaimsOptions {
  /** The shop's service. */
  readonly service: (shopId: string) => Promise<Result<ClaimService>>
  readonly feed: Pick<HashFeed, 'catchUp' | 'silentSince'>
  /** Items may be sent that might not before. */
  readonly onGranted: () => void
}

/** What was granted, and when it was asked for: by both clocks, as the monotonic one stands still while a computer sleeps. */
interface Grant {
  readonly shopId: string
  readonly askedAt: number
  readonly askedMonotonic: number
  /** Monotonic: from then on it may be sent. */
  readonly usableFrom: number
}

export function createClaims(context: QueueContext, { service, feed, onGranted }: ClaimsOptions): Claims {
  const { catalog, holds, clock, log } = context
  const controller = new AbortController()
  const grants = new Map<string, Grant>()
  /** Items that are sent without: nobody answered, or nobody else can have them. */
  const free = new Set<string>()
  const wanted = new Map<string, Set<string>>()
  /** By shop whose service does not answer: since when, when it may be asked again, and when it is once it is away;
   *  monotonic. */
  const silent = new Map<string, { readonly since: number; readonly askSoonAt: number; readonly askNextAt: number }>()
  /** By shop, monotonic: when a claim was answered last. */
  const answeredAt = new Map<string, number>()
  const asking = new Map<string, Promise<void>>()
  const waking = new Set<NodeJS.Timeout>()
  let timer: NodeJS.Timeout | undefined

  /** Monotonic: from then on nobody waits for a service that does not answer. Whoever reads the shop's feed may have known
   *  it before an upload did. */
  const awayFrom = (shopId: string): number => {
    const claimsSince = silent.get(shopId)?.since
    if (claimsSince === undefined) return Number.POSITIVE_INFINITY
    const feedSince = feed.silentSince(shopId) ?? claimsSince
    const since =
      feedSince > (answeredAt.get(shopId) ?? Number.NEGATIVE_INFINITY) ? Math.min(feedSince, claimsSince) : claimsSince
    return since + AWAY_AFTER_MS
  }
  const isAway = (shopId: string): boolean =>
    holds.isSettled({ kind: 'backend', shopId }) || clock.monotonic() >= awayFrom(shopId)
  const isLeftAlone = (shopId: string): boolean =>
    isAway(shopId) &&
    (holds.isHeld({ kind: 'backend', shopId }) || clock.monotonic() < (silent.get(shopId)?.askNextAt ?? 0))

  /** What stands on the NAS already, or takes a known design's place, is no other's to send. */
  const needsClaim = (item: Item): boolean =>
    replacedId(item) === null &&
    catalog.items.intent(item.id) === null &&
    catalog.shops.shop(item.shopId)?.backendUrl != null

  const ageMs = ({ askedAt, askedMonotonic }: Grant): number =>
    Math.max(clock.now() - askedAt, clock.monotonic() - askedMonotonic)

  const send = async <T>(shopId: string, ask: (client: ClaimService, signal: AbortSignal) => Promise<Result<T>>) => {
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(DEADLINE_MS)])
    const client = await service(shopId)
    const answer = client.ok ? await ask(client.value, signal) : client
    if (answer.ok) {
      silent.delete(shopId)
      answeredAt.set(shopId, clock.monotonic())
    } else {
      const { code, retryAfterMs = 0 } = answer.failure
      const now = clock.monotonic()
      const since = silent.get(shopId)?.since ?? now
      silent.set(shopId, {
        since,
        askSoonAt: now + Math.max(ASK_SOON_MS, retryAfterMs),
        askNextAt: now + Math.max(ASK_SELDOM_MS, retryAfterMs),
      })
      // It is sent what it lacks, and then asked again.
      if (code === 'history-changed') await feed.catchUp(shopId)
      // A refused token is refused to the records, too.
      if (waitsForSomebody(code)) holds.add({ kind: 'backend', shopId }, answer.failure)
      log.info('claims not asked', { code, detail: describeDetail(answer.failure.detail) })
    }
    return answer
  }

  /** An outcome for each, or null where nobody answered. What was granted is noted, and what was not is held. */
  const claim = async (shopId: string, items: readonly Item[], isTaken = false): Promise<ClaimOutcome[] | null> => {
    const asked = { shopId, askedAt: clock.now(), askedMonotonic: clock.monotonic() }
    const answer = await send(shopId, (client, signal) =>
      client.claim(
        items.map((item) => ({ ...wishOf(item), isTaken })),
        signal,
      ),
    )
    if (!answer.ok) return null
    const outcomes = answer.value
    const stored: Item[] = []
    for (const [at, item] of items.entries()) {
      const outcome = outcomes[at]
      const usableFrom = isTaken ? asked.askedMonotonic + TAKE_OVER_MS : (grants.get(item.id)?.usableFrom ?? 0)
      if (outcome?.status === 'granted') grants.set(item.id, { ...asked, usableFrom })
      else grants.delete(item.id)
      if (outcome?.status === 'held') holds.add(own(item), failure('claimed-elsewhere', heldBy(outcome)))
      if (outcome?.status === 'stored') {
        stored.push(item)
        log.info('stored by another workstation', { item: item.id, ...outcome.design })
      }
    }
    if (stored.length > 0) await compareAnew(shopId, stored)
    return outcomes
  }

  /** As `claim`, again and again until the service answers or is away. */
  const claimPatiently = async (shopId: string, items: readonly Item[]): Promise<ClaimOutcome[] | null> => {
    for (;;) {
      const outcomes = await claim(shopId, items)
      if (outcomes !== null || isAway(shopId) || controller.signal.aborted) return outcomes
      // No longer than nobody waits for one that is away.
      await waited(Math.min(silent.get(shopId)?.askSoonAt ?? 0, awayFrom(shopId)) - clock.monotonic())
    }
  }

  /** Settles after that long, or at once when all is stopped. */
  const waited = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(wait)
        controller.signal.removeEventListener('abort', end)
        resolve()
      }
      const wait = setTimeout(end, ms)
      controller.signal.addEventListener('abort', end)
    })

  const wakeIn = (ms: number): void => {
    const wait = setTimeout(() => {
      waking.delete(wait)
      onGranted()
    }, ms)
    waking.add(wait)
  }

  /** The shop has them: once their records are read here, they are duplicates like any others. */
  const compareAnew = async (shopId: string, items: readonly Item[]): Promise<void> => {
    const isUnknown = (item: Item): boolean =>
      !catalog.designs.exact(item.templateId, wishOf(item).sha256, item.id).some(({ state }) => state === 'known')
    let read = await feed.catchUp(shopId)
    // A pull that was under way may have come by before they were stored.
    if (read.ok && items.some(isUnknown)) read = await feed.catchUp(shopId)
    for (const item of items) {
      if (!read.ok) holds.add(own(item), read.failure)
      // Its template has another name here, or the record was taken back: nothing says so before it is sent.
      else if (isUnknown(item)) free.add(item.id)
      else
        await applyEvent(context, item.id, { type: 'stored-elsewhere' }, ({ id }) => {
          catalog.designs.removePending(id)
          catalog.items.setResumePoint(id, null)
        })
    }
  }

  const askFor = async (shopId: string): Promise<void> => {
    while ((wanted.get(shopId)?.size ?? 0) > 0 && !controller.signal.aborted) {
      const ids = [...(wanted.get(shopId) ?? [])].slice(0, MAX_CLAIMS)
      const items = ids.flatMap((id) => catalog.items.get(id) ?? []).filter(({ state }) => isSending(state.stage))
      const outcomes = items.length === 0 ? [] : await claimPatiently(shopId, items)
      for (const id of ids) wanted.get(shopId)?.delete(id)
      for (const [at, item] of items.entries()) {
        if (outcomes === null) free.add(item.id)
        else if (outcomes[at]?.status === 'granted' && holds.view(own(item)) !== null) holds.lift(own(item))
      }
      keepRenewing()
      onGranted()
    }
  }

  const ask = (shopId: string): void => {
    if (asking.has(shopId)) return
    // All that wait at this moment are asked for in one request.
    const begun = Promise.resolve(shopId)
      .then(askFor)
      .catch((error) => log.error('claims', { error: String(error) }))
      .finally(() => asking.delete(shopId))
    asking.set(shopId, begun)
  }

  const keepRenewing = (): void => {
    if (grants.size === 0 || timer !== undefined || controller.signal.aborted) return
    timer = setTimeout(() => {
      timer = undefined
      void renew()
        .catch((error) => log.error('claims', { error: String(error) }))
        .finally(keepRenewing)
    }, RENEW_EVERY_MS)
  }

  const renew = async (): Promise<void> => {
    free.clear()
    for (const [shopId, items] of Map.groupBy(heldItems(), ({ shopId }) => shopId)) {
      for (let at = 0; at < items.length; at += MAX_CLAIMS) await claim(shopId, items.slice(at, at + MAX_CLAIMS))
    }
  }

  /** Items whose claims are still needed; the others' are let go. What waits for a hold or a pause is claimed again when it
   *  is its turn: meanwhile another workstation may send it. */
  const heldItems = (): Item[] => {
    const items = [...grants.keys()].flatMap((id) => catalog.items.get(id) ?? [])
    const needed = items.filter(({ state }) => state.stage === 'uploading' || hasStored(state))
    letGo(items.filter((item) => !needed.includes(item)))
    return needed
  }

  const letGo = (items: readonly Item[]): void => {
    for (const { id } of items) grants.delete(id)
    // A record ends the claim by itself.
    const over = items.filter(({ state }) => state.stage !== 'done')
    for (const [shopId, of] of Map.groupBy(over, ({ shopId }) => shopId)) {
      for (let at = 0; at < of.length; at += MAX_CLAIMS) {
        const ids = of.slice(at, at + MAX_CLAIMS).map(({ id }) => id)
        void send(shopId, (client, signal) => client.release(ids, signal))
      }
    }
  }

  return {
    granted(waiting) {
      return waiting.filter((item) => {
        const grant = grants.get(item.id)
        if (grant !== undefined) return clock.monotonic() >= grant.usableFrom
        if (free.has(item.id) || isLeftAlone(item.shopId) || !needsClaim(item)) return true
        const ids = wanted.get(item.shopId) ?? new Set()
        wanted.set(item.shopId, ids.add(item.id))
        ask(item.shopId)
        return false
      })
    },
    async confirm(itemId) {
      const item = catalog.items.get(itemId)
      if (item === null || !needsClaim(item)) return true
      const grant = grants.get(itemId)
      if (grant !== undefined && ageMs(grant) < TRUSTED_MS) return true
      // While the claim lasts nobody else has it, whether the service answers or not.
      const isLasting = grant !== undefined && ageMs(grant) < CLAIM_LEASE_MS
      const ask = isLasting ? claim : claimPatiently
      // What nobody answered before may be another's by now.
      if (!isLeftAlone(item.shopId)) free.delete(itemId)
      const outcomes = isLeftAlone(item.shopId) ? null : await ask(item.shopId, [item])
      if (outcomes === null && !isLasting) log.info('named without a claim', { item: itemId })
      return outcomes === null || outcomes[0]?.status === 'granted' || free.has(itemId)
    },
    settled(itemId) {
      const item = grants.has(itemId) ? catalog.items.get(itemId) : null
      if (item !== null && !hasStored(item.state)) letGo([item])
    },
    async takeOver(itemId) {
      const item = catalog.items.get(itemId)
      if (item === null || !isSending(item.state.stage)) return fail(failure('conflict'))
      const outcomes = await claim(item.shopId, [item], true)
      if (outcomes === null) free.add(itemId)
      holds.lift(own(item))
      keepRenewing()
      wakeIn(TAKE_OVER_MS)
      return ok(null)
    },
    async stop() {
      for (const one of [timer, ...waking]) clearTimeout(one)
      controller.abort()
      await Promise.all(asking.values())
    },
  }

  function wishOf(item: Item): Omit<ClaimWish, 'isTaken'> & { sha256: string } {
    const template = catalog.shops.template(item.templateId)
    if (template === null || !('examination' in item.state) || item.state.examination === undefined) {
      throw new Error(`nothing is sent of item ${item.id}`)
    }
    return {
      id: item.id,
      template: template.code,
      sha256: item.state.examination.fingerprint.sha256,
      copy: item.copy,
    }
  }
}

function own({ id }: Item): HoldKey {
  return { kind: 'item', itemId: id }
}
