import { CLAIM_LEASE_MS } from '../../shared/api/claims.ts'
import { type LeaseRequest, type LeaseResponse, MAX_LEASED, MAX_RANGES } from '../../shared/api/numbers.ts'
import { type NumberRange, numbersOf, rangesOf } from '../../shared/domain/number-range.ts'
import { takenNumberReader } from '../../shared/domain/remote-name.ts'
import { ok, type Result } from '../../shared/domain/result.ts'
import type { KnownTemplate } from '../../shared/domain/template.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import type { ListedFile } from '../../shared/worker/transfer.ts'
import type { QueueContext } from '../items/context.ts'
import { replacedId } from '../items/outcome.ts'
import { leasedElsewhere } from '../items/reserved-number.ts'
import type { RecordClient } from './client.ts'
import type { HashFeed } from './hash-feed.ts'

const RENEW_EVERY_MS = CLAIM_LEASE_MS / 4
/** A lease that was renewed so long ago is asked for before it is relied on. */
const TRUSTED_MS = CLAIM_LEASE_MS / 2
/** For one answer. */
const DEADLINE_MS = 5_000
/** A service that did not answer is left alone for so long; one that the feed has not reached for long is not asked at all. */
const AWAY_MS = 5_000
const SILENT_MS = 20_000
/** What nobody took for so long is given back; while more is coming that may take it, only with the next renewal: of a drop
 *  that is slow the other workstation would get numbers in between. */
const UNUSED_MS = 2_000
/** Asked for ahead, where so many files are coming: a chunk of matching, and where many wait already a part of those, as each
 *  question tells of all that wait. */
const BLOCK = 20
const PART = 0.05
/** Each further try tells what of the numbers that were granted has files here. */
const MAX_TRIES = 3

/** The numbers that the service has leased to this workstation: no other of the shop gives its files the same. They are asked
 *  for in blocks, when files were compared: no upload waits for that. While the service is away numbers are taken as if there were none,
 *  and whose they are is settled when it is there again. */
export interface NumberLeases {
  /** What items have that are not stored yet is still their own, if the service is told in time. */
  start(): void
  /** Before so many items of a template get their numbers, of as many that are compared. Settles when they are leased, or
   *  nobody answers. */
  ensure(templateId: string, count: number, compared: number): Promise<void>
  /** Before an item's name is promised, in place of `foreign` where that was taken: while the computer slept, or the service
   *  was away, another workstation may have got the number; the item has another then. */
  confirm(itemId: string, foreign: string | undefined): Promise<void>
  /** An item ended, or is in review: it may have left its number. */
  settled(): void
  /** Gives back what no item has. */
  stop(): Promise<void>
}

type LeaseService = Pick<RecordClient, 'leaseNumbers'>

export interface NumberLeasesOptions {
  /** The shop's service. */
  readonly service: (shopId: string) => Promise<Result<LeaseService>>
  readonly feed: Pick<HashFeed, 'silentSince'>
  /** What stands in the template's folder. */
  readonly list: (template: KnownTemplate, signal: AbortSignal) => Promise<Result<readonly ListedFile[]>>
}

/** What the service said last of a template: by both clocks when it was asked, as the monotonic one stands still while a
 *  computer sleeps. */
interface Lease {
  readonly turn: number
  readonly numbers: ReadonlySet<number>
  readonly askedAt: number
  readonly askedMonotonic: number
}

type Wish = Partial<Pick<LeaseRequest, 'wanted' | 'taken' | 'looked'>>

export function createNumberLeases(context: QueueContext, { service, feed, list }: NumberLeasesOptions): NumberLeases {
  const { catalog, holds, clock, log } = context
  const controller = new AbortController()
  const leases = new Map<string, Lease>()
  /** By template: what asks for it, one after the other. */
  const turns = new Map<string, Promise<unknown>>()
  /** By template, monotonic: when numbers that were wished were there last. */
  const wishedAt = new Map<string, number>()
  /** By shop, monotonic: until when its service is left alone. */
  const awayUntil = new Map<string, number>()
  /** By shop, as it was reached last: who ends the engine may have no secrets for it any more. */
  const clients = new Map<string, LeaseService>()
  const looking = new Set<string>()
  let beat: NodeJS.Timeout | undefined
  let unused: NodeJS.Timeout | undefined
  let isEnding = false

  /** Null where nobody is to be asked. */
  const leasable = (templateId: string): KnownTemplate | null => {
    const template = catalog.shops.template(templateId)
    if (template === null || controller.signal.aborted) return null
    const { shopId } = template
    const now = clock.monotonic()
    if (catalog.shops.shop(shopId)?.backendUrl == null || holds.isHeld({ kind: 'backend', shopId })) return null
    const isAway = now < (awayUntil.get(shopId) ?? 0) || now - (feed.silentSince(shopId) ?? now) > SILENT_MS
    return isAway ? null : template
  }

  const isLeased = (templateId: string, numbers: readonly number[]): boolean => {
    const lease = leases.get(templateId)
    if (lease === undefined) return false
    const ageMs = Math.max(clock.now() - lease.askedAt, clock.monotonic() - lease.askedMonotonic)
    return ageMs < TRUSTED_MS && numbers.every((number) => lease.numbers.has(number))
  }

  /** One after the other, so that no answer is overtaken; none where nobody is to be asked by then. */
  const inTurn = (templateId: string, work: (template: KnownTemplate) => Promise<unknown>): Promise<unknown> => {
    const before = turns.get(templateId) ?? Promise.resolve()
    const mine = before
      .then(() => {
        const template = leasable(templateId)
        return template === null ? null : work(template)
      })
      .catch((error) => log.error('numbers', { error: String(error) }))
    turns.set(templateId, mine)
    return mine
  }

  /** Tells what is needed, and keeps what came of it; null where nobody answered. */
  const ask = async ({ id, shopId, code }: KnownTemplate, wish: Wish = {}): Promise<LeaseResponse | null> => {
    const asked = { askedAt: clock.now(), askedMonotonic: clock.monotonic() }
    const holder = catalog.settings.workstation() ?? context.newId()
    if (catalog.settings.workstation() === null) await catalog.write(() => catalog.settings.setWorkstation(holder))
    const held = catalog.numbers.held(id)
    const turn = leases.get(id)?.turn ?? 0
    const none = { wanted: 0, taken: [], looked: [] }
    const request = { holder, template: code, turn, held: rangesOf(held), ...none, ...wish }
    const before = isEnding ? clients.get(shopId) : undefined
    const client = before === undefined ? await service(shopId) : ok(before)
    if (client.ok) clients.set(shopId, client.value)
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(DEADLINE_MS)])
    const answer = client.ok ? await client.value.leaseNumbers(request, signal) : client
    if (!answer.ok) {
      const { code, detail, retryAfterMs = 0 } = answer.failure
      awayUntil.set(shopId, clock.monotonic() + Math.max(AWAY_MS, retryAfterMs))
      log.info('numbers not leased', { code, detail: describeDetail(detail) })
      return null
    }
    const { numbers } = answer.value
    const lease = { ...asked, turn: answer.value.turn, numbers: new Set(numbersOf(numbers)) }
    const changed = await catalog.write(() => {
      for (const [first, last] of numbers) catalog.numbers.grant(id, first, last)
      return leasedElsewhere(catalog, id, rangesOf(held.filter((number) => !lease.numbers.has(number))))
    })
    leases.set(id, lease)
    for (const item of changed) context.itemChanged(item.id, item.batchId)
    beat ??= setTimeout(renew, RENEW_EVERY_MS)
    return answer.value
  }

  const askFor = async (template: KnownTemplate, count: number, compared: number): Promise<void> => {
    const { id } = template
    const coming = Math.max(0, catalog.items.countUnmatched(id) - compared)
    const block = Math.max(BLOCK, Math.round(catalog.numbers.held(id).length * PART))
    const enough = Math.min(MAX_LEASED, count + Math.min(coming, block))
    let taken: NumberRange[] = []
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const answer = await ask(template, { wanted: Math.max(0, enough - catalog.numbers.spare(id).length), taken })
      if (answer === null) return
      lookForLost(template, answer.lost)
      const [lowest] = answer.numbers.flatMap(([first, last]) => catalog.numbers.ofFiles(id, first, last))
      if (lowest === undefined) return
      if (catalog.numbers.spare(id).length >= enough && isLeased(id, catalog.numbers.held(id))) return
      taken = rangesOf(catalog.numbers.ofFiles(id, lowest, Number.MAX_SAFE_INTEGER)).slice(0, MAX_RANGES)
    }
  }

  /** Numbers of workstations that are silent are free once the folder was seen without files of theirs. Nobody waits for it:
   *  who asks next gets them. */
  const lookForLost = ({ id }: KnownTemplate, lost: readonly NumberRange[]): void => {
    if (lost.length === 0 || looking.has(id)) return
    looking.add(id)
    const look = async (): Promise<void> => {
      const template = catalog.shops.template(id)
      const listed = template === null ? null : await list(template, controller.signal)
      if (template === null || listed === null || !listed.ok) return
      const takenBy = takenNumberReader(template)
      const seen = new Set(listed.value.map(({ fileName }) => takenBy(fileName)))
      const [taken = [], looked = []] = [true, false].map((isSeen) =>
        rangesOf(numbersOf(lost).filter((number) => seen.has(number) === isSeen)).slice(0, MAX_RANGES),
      )
      await inTurn(id, (now) => ask(now, { taken, looked }))
    }
    void look()
      .catch((error) => log.error('numbers', { error: String(error) }))
      .finally(() => looking.delete(id))
  }

  const renew = (): void => {
    beat = undefined
    for (const id of leases.keys()) {
      void inTurn(id, async (template) => (catalog.numbers.held(id).length === 0 ? leases.delete(id) : ask(template)))
    }
    if (leases.size > 0) beat ??= setTimeout(renew, RENEW_EVERY_MS)
  }

  const isUnused = (templateId: string): boolean => {
    const keptMs = catalog.items.countUnmatched(templateId) > 0 ? RENEW_EVERY_MS : UNUSED_MS
    return clock.monotonic() - (wishedAt.get(templateId) ?? 0) >= keptMs
  }

  const giveBack = (templateId: string): Promise<unknown> =>
    inTurn(templateId, async (template) => {
      if (catalog.numbers.spare(templateId).length === 0) return
      if (!isEnding && !isUnused(templateId)) return giveBackSoon()
      await catalog.write(() => catalog.numbers.giveBack(templateId))
      await ask(template)
    })

  const giveBackSoon = (): void => {
    unused ??= setTimeout(() => {
      unused = undefined
      for (const templateId of leases.keys()) void giveBack(templateId)
    }, UNUSED_MS)
  }

  const ensure = async (templateId: string, count: number, compared: number): Promise<void> => {
    if (count === 0 || leasable(templateId) === null) return
    await inTurn(templateId, async (template) => {
      const spare = catalog.numbers.spare(templateId)
      if (spare.length < count || !isLeased(templateId, spare)) await askFor(template, count, compared)
      wishedAt.set(templateId, clock.monotonic())
    })
    giveBackSoon()
  }

  return {
    ensure,
    start() {
      const templates = catalog.shops.shops().flatMap(({ id }) => catalog.shops.templates(id))
      for (const { id } of templates) {
        if (catalog.numbers.held(id).length > 0) void inTurn(id, (template) => ask(template)).then(giveBackSoon)
      }
    },
    async confirm(itemId, foreign) {
      const item = catalog.items.get(itemId)
      if (item === null || replacedId(item) !== null || catalog.shops.shop(item.shopId)?.backendUrl == null) return
      const promised = catalog.items.intent(itemId)
      if (promised !== null && promised.finalName !== foreign) return
      const { templateId } = item
      const own = (): number | null => (promised === null ? (catalog.items.get(itemId)?.reserved ?? null) : null)
      if (own() === null) await ensure(templateId, 1, 0)
      else if (leasable(templateId) !== null && !isLeased(templateId, [own() ?? 0])) {
        await inTurn(templateId, async (template) => {
          const number = own()
          if (number !== null && !isLeased(templateId, [number])) await askFor(template, 0, 0)
        })
      }
      const number = own() ?? catalog.numbers.spare(templateId)[0]
      if (number === undefined || !isLeased(templateId, [number])) log.info('named without a lease', { item: itemId })
    },
    settled() {
      if (leases.size > 0) giveBackSoon()
    },
    async stop() {
      isEnding = true
      for (const timer of [beat, unused]) clearTimeout(timer)
      await Promise.all([...leases.keys()].map(giveBack))
      for (const timer of [beat, unused]) clearTimeout(timer)
      controller.abort()
    },
  }
}
