import { setImmediate } from 'node:timers/promises'
import type { FeedPage } from '../../feed-page/feed-page.ts'
import type { DecisionFeed } from '../../shared/api/decisions.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { keepsRecordsHere } from '../../shared/domain/shop.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { announce, type QueueContext } from '../items/context.ts'
import type { EngineHost } from '../ports.ts'
import type { RecordClient } from './client.ts'
import { keepDesigns, partsOf, type ToldDesigns } from './keep-designs.ts'
import { listen } from './listen.ts'
import type { ResendCounts } from './resend.ts'
import { sendDue, startOver } from './set-back.ts'
import { type RecordAccess, recordClient } from './shop-client.ts'
import { tellPlace } from './tell-place.ts'
import type { Templates } from './templates.ts'
import type { PicturedDesign } from './thumbnails.ts'

/** Designs asked for at a time. */
const PAGE = 500
/** Between two looks at what colleagues uploaded. */
const PULL_EVERY_MS = 60_000

/** The designs of the shop's other workstations and what was decided there, so that their duplicates are found offline and
 *  nobody is asked twice. */
export interface HashFeed {
  /** Follows all shops, from now on. */
  begin(): void
  /** The shop, or what it takes to reach its backend, is new or another: its feeds are read on from the cursors, now, with
   *  all news and every minute; not before the beginning. */
  follow(shopId: string): void
  /** Reads on now. */
  look(shopId: string): void
  /** Reads on from the cursor; settles when there is no more, or fails as the backend does. */
  catchUp(shopId: string): Promise<Result<null>>
  /** By the monotonic clock: since when the backend was not reached, or null when it answered the last time. */
  silentSince(shopId: string): number | null
  /** Sends the backend what it lacks of all that is known here, whichever it is; then reads it from the start. */
  resend(shopId: string): Promise<Result<ResendCounts>>
  stop(): Promise<void>
}

export interface HashFeedAccess extends RecordAccess, Pick<EngineHost, 'random'> {
  /** The shop's backend answers, and has by now the records that it lacked. */
  onReached(shopId: string): void
  /** Before designs: what they are read for. */
  readonly templates: Pick<Templates, 'join'>
  /** More is known of what colleagues have stored. */
  onRead(): void
  /** Colleagues' designs are none any more. */
  onOver(designs: readonly PicturedDesign[]): void
}

/** How one of a shop's feeds is read on. */
interface Feed<Page, Part> {
  readonly cursorOf: (shopId: string) => number
  readonly setCursor: (shopId: string, cursor: number) => void
  readonly read: (after: number, limit: number, signal: AbortSignal) => Promise<Result<Page>>
  /** Each is kept in a transaction of its own; the cursor goes on with the last one. */
  readonly partsOf: (page: Page) => readonly Part[]
  /** The items that are shown otherwise now. */
  readonly keep: (part: Part) => Item[]
  /** All of the page was. */
  readonly onKept?: (page: Page) => void
}

export function createHashFeed(context: QueueContext, access: HashFeedAccess): HashFeed {
  const { catalog, clock, library, log } = context
  const controller = new AbortController()
  const timers = new Map<string, NodeJS.Timeout>()
  const pulls = new Map<string, Promise<Result<null>>>()
  const silentSince = new Map<string, number>()
  /** Shops of which there was news while they were read. */
  const due = new Set<string>()
  const listeners = new Map<string, AbortController>()
  const listening = new Set<Promise<void>>()
  let isBegun = false

  /** Nobody else writes there. */
  const isOwn = (shopId: string): boolean => {
    const shop = catalog.shops.shop(shopId)
    return shop !== null && keepsRecordsHere(shop)
  }

  const pull = async (shopId: string): Promise<Result<null>> => {
    const client = await recordClient(context, access, shopId)
    if (!client.ok) return client
    if (catalog.history.backendShopId(shopId) === null) {
      const shop = await client.value.shop(controller.signal)
      if (!shop.ok) return shop
      await catalog.write(() => catalog.history.setBackendShopId(shopId, shop.value.id))
    }
    const read = await readFeeds(shopId, client.value)
    if (read.ok || read.failure.code !== 'history-changed') return read
    // One of this computer alone is nobody else's, whatever became of it.
    const saidBy = isOwn(shopId) ? 'person' : 'backend'
    const known = await startOver(context, client.value, shopId, saidBy, controller.signal)
    return known.ok ? pull(shopId) : known
  }

  /** The shop was given another backend since the pull began. */
  const isForgotten = (shopId: string): boolean => catalog.history.backendShopId(shopId) === null

  const readFeeds = async (shopId: string, client: RecordClient): Promise<Result<null>> => {
    await tellPlace(catalog, client, shopId, controller.signal)
    const sent = await sendDue(context, client, shopId, controller.signal)
    if (!sent.ok) return sent
    access.onReached(shopId)
    if (!isOwn(shopId)) {
      const joined = await access.templates.join(shopId, client, controller.signal)
      if (!joined.ok) return joined
    }
    if (catalog.shops.templates(shopId).length === 0) return ok(null)
    const { feedCursor, setFeedCursor, decisionCursor, setDecisionCursor } = catalog.shops
    /** With the page that is being kept. */
    let ended: PicturedDesign[] = []
    for (;;) {
      const designs = await readOn<FeedPage, ToldDesigns>(shopId, {
        cursorOf: feedCursor,
        setCursor: setFeedCursor,
        read: (after, limit, signal) => client.hashFeed(after, limit, signal, library.isUncounted(shopId)),
        partsOf,
        keep: (part) => {
          const { changed, over } = keepDesigns(context, shopId, part)
          ended.push(...over)
          return changed
        },
        onKept: (page) => {
          library.read(shopId, page)
          access.onOver(ended)
          ended = []
        },
      })
      if (!designs.ok) return designs
      const reached = feedCursor(shopId)
      const decisions = await readOn<DecisionFeed, DecisionFeed>(shopId, {
        cursorOf: decisionCursor,
        setCursor: setDecisionCursor,
        read: client.decisionFeed,
        partsOf: (page) => [page],
        keep: (page) => keepDecisions(shopId, page),
      })
      // Meanwhile a new template may have set the designs' feed back.
      if (!decisions.ok || feedCursor(shopId) >= reached) return decisions
    }
  }

  const readOn = async <Page extends Pick<FeedPage, 'more' | 'cursor' | 'tag'>, Part>(
    shopId: string,
    { cursorOf, setCursor, read, partsOf, keep, onKept }: Feed<Page, Part>,
  ): Promise<Result<null>> => {
    const { signal } = controller
    let ahead: Promise<Result<Page>> | null = null
    for (let more = true; more && !signal.aborted; ) {
      const after = cursorOf(shopId)
      const page: Result<Page> = await (ahead ?? read(after, PAGE, signal))
      if (!page.ok) {
        log.info('feed not read', { code: page.failure.code, detail: describeDetail(page.failure.detail) })
        return page
      }
      const { cursor, tag }: Pick<Page, 'cursor' | 'tag'> = page.value
      more = page.value.more
      // While one is kept, the service has time for the next.
      ahead = more ? read(cursor, PAGE, signal) : null
      // Meanwhile the feed may have been set back, for a new template or another backend: then this page is no news.
      const isNews = (): boolean => cursorOf(shopId) === after && !isForgotten(shopId)
      const parts = partsOf(page.value)
      for (const [position, part] of parts.entries()) {
        const isLast = position === parts.length - 1
        // What a power cut takes of them is read once more; the last one is flushed, and all before it with it.
        const changed = await (more || !isLast ? catalog.bulk : catalog.write)(() => {
          if (!isNews()) return []
          const items = keep(part)
          if (isLast) {
            catalog.history.reach(shopId, { rev: cursor, tag })
            setCursor(shopId, cursor)
          }
          return items
        })
        for (const item of changed) announce(context, item)
        // Others have their turn.
        await setImmediate()
      }
      if (cursorOf(shopId) === cursor && !isForgotten(shopId)) onKept?.(page.value)
      else if (isForgotten(shopId)) break
      else {
        ahead = null
        more = true
      }
    }
    return signal.aborted || isForgotten(shopId) ? fail(failure('cancelled')) : ok(null)
  }

  /** What this workstation has said since is newer than what it hears. */
  const keepDecisions = (shopId: string, { entries }: DecisionFeed): Item[] => {
    for (const { rev: _, ...record } of entries) {
      catalog.kept.keepDecision(shopId, record)
      const { id: __, decision, ...of } = record
      if (catalog.outbox.tellsOf(shopId, of) || catalog.kept.isOutdated(shopId, record)) continue
      if (decision === null) catalog.decisions.remove(shopId, of)
      else catalog.decisions.put(shopId, { ...of, decision })
    }
    return []
  }

  const sendAll = async (shopId: string): Promise<Result<ResendCounts>> => {
    const client = await recordClient(context, access, shopId)
    if (!client.ok) return client
    const begun = await startOver(context, client.value, shopId, 'person', controller.signal)
    if (!begun.ok) return begun
    const anew = await recordClient(context, access, shopId)
    return anew.ok ? sendDue(context, anew.value, shopId, controller.signal) : anew
  }

  const pullOnce = (shopId: string): Promise<Result<null>> => {
    library.begin(shopId)
    const running = pulls.get(shopId)
    if (running !== undefined) return running
    clearTimeout(timers.get(shopId))
    const begun = pull(shopId)
      .catch((error): Result<null> => {
        log.error('hash feed', { error: String(error) })
        return fail(failure('internal', String(error)))
      })
      .then((result) => {
        pulls.delete(shopId)
        library.end(shopId, result)
        access.onRead()
        if (result.ok || result.failure.code !== 'backend-unreachable') silentSince.delete(shopId)
        else if (!silentSince.has(shopId)) silentSince.set(shopId, clock.monotonic())
        if (controller.signal.aborted || isOwn(shopId)) return result
        const inMs = due.delete(shopId) ? 0 : PULL_EVERY_MS
        timers.set(
          shopId,
          setTimeout(() => void pullOnce(shopId), inMs),
        )
        return result
      })
    pulls.set(shopId, begun)
    return begun
  }

  const news = (shopId: string): void => {
    if (pulls.has(shopId)) due.add(shopId)
    else void pullOnce(shopId)
  }

  const isFollowed = (shopId: string): boolean => isBegun && catalog.shops.shop(shopId)?.backendUrl != null

  const follow = (shopId: string): void => {
    listeners.get(shopId)?.abort()
    // It may have another address now.
    silentSince.delete(shopId)
    if (!isFollowed(shopId) || controller.signal.aborted) return
    const listener = new AbortController()
    listeners.set(shopId, listener)
    library.begin(shopId)
    news(shopId)
    const heard = listen({
      service: () => recordClient(context, access, shopId),
      onNews: () => news(shopId),
      random: access.random,
      signal: listener.signal,
    })
      .catch((error) => log.error('news', { error: String(error) }))
      .finally(() => listening.delete(heard))
    listening.add(heard)
  }

  return {
    begin() {
      isBegun = true
      for (const { id } of catalog.shops.shops()) follow(id)
    },
    follow,
    look(shopId) {
      if (isFollowed(shopId)) void pullOnce(shopId)
    },
    catchUp: pullOnce,
    silentSince: (shopId) => silentSince.get(shopId) ?? null,
    async resend(shopId) {
      // One at a time: what a pull sends and clears as sent is not to be asked for beside it.
      while (pulls.has(shopId)) await pulls.get(shopId)
      const resending = sendAll(shopId)
      const turn = resending.then((sent) => (sent.ok ? ok(null) : sent)).finally(() => pulls.delete(shopId))
      pulls.set(shopId, turn)
      await turn
      const sent = await resending
      if (!sent.ok) return sent
      const read = await pullOnce(shopId)
      return read.ok ? sent : read
    },
    async stop() {
      controller.abort()
      for (const listener of listeners.values()) listener.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([...pulls.values(), ...listening])
    },
  }
}
