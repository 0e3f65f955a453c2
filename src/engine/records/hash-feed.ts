import type { DecisionFeed } from '../../shared/api/decisions.ts'
import type { FeedResponse } from '../../shared/api/records.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { announce, type QueueContext } from '../items/context.ts'
import { takenElsewhere } from '../items/reserved-number.ts'
import type { EngineHost } from '../ports.ts'
import type { RecordClient } from './client.ts'
import { endRecorded } from './end-recorded.ts'
import type { ResendCounts } from './resend.ts'
import { sendDue, startOver } from './set-back.ts'
import { recordClient } from './shop-client.ts'
import { tellPlace } from './tell-place.ts'

/** Designs asked for at a time: reading a page keeps the engine busy for about 5 ms. */
const PAGE = 250
/** Between two looks at what colleagues uploaded. */
const PULL_EVERY_MS = 60_000
/** Matching waits for the first pull this long and no longer: a backend that is away must not hold up the drop. */
const FIRST_PULL_PATIENCE_MS = 5_000

/** The designs of the shop's other workstations and what was decided there, so that their duplicates are found offline and
 *  nobody is asked twice. */
export interface HashFeed {
  /** Reads on from the cursors, now and every minute from now on. */
  follow(shopId: string): void
  /** Reads on from the cursor; settles when there is no more, or fails as the backend does. */
  catchUp(shopId: string): Promise<Result<null>>
  /** The feed was set back to its start: the next pull is the first once more. */
  forgetFirstPull(shopId: string): void
  /** Sends the backend what it lacks of all that is known here, whichever it is; then reads it from the start. */
  resend(shopId: string): Promise<Result<ResendCounts>>
  /** Settles when the first pull has ended, well or not, or has taken too long. */
  firstPull(shopId: string): Promise<void>
  stop(): Promise<void>
}

export function createHashFeed(context: QueueContext, host: Pick<EngineHost, 'secret'>): HashFeed {
  const { catalog, log } = context
  const controller = new AbortController()
  const timers = new Map<string, NodeJS.Timeout>()
  const pulls = new Map<string, Promise<Result<null>>>()
  const first = new Map<string, Promise<unknown>>()

  const pull = async (shopId: string): Promise<Result<null>> => {
    const client = await recordClient(context, host, shopId)
    if (!client.ok) return client
    if (catalog.history.backendShopId(shopId) === null) {
      const shop = await client.value.shop(controller.signal)
      if (!shop.ok) return shop
      await catalog.write(() => catalog.history.setBackendShopId(shopId, shop.value.id))
    }
    const read = await readFeeds(shopId, client.value)
    if (read.ok || read.failure.code !== 'history-changed') return read
    const known = await startOver(context, client.value, shopId, 'backend', controller.signal)
    return known.ok ? pull(shopId) : known
  }

  const readFeeds = async (shopId: string, client: RecordClient): Promise<Result<null>> => {
    await tellPlace(catalog, client, shopId, controller.signal)
    const sent = await sendDue(context, client, shopId, controller.signal)
    if (!sent.ok) return sent
    const designs = await readOn(shopId, catalog.shops.feedCursor, client.hashFeed, keep)
    if (!designs.ok) return designs
    return readOn(shopId, catalog.shops.decisionCursor, client.decisionFeed, keepDecisions)
  }

  const readOn = async <Page extends { readonly more: boolean; readonly cursor: number; readonly tag: string | null }>(
    shopId: string,
    cursorOf: (shopId: string) => number,
    read: (after: number, limit: number, signal: AbortSignal) => Promise<Result<Page>>,
    keepPage: (shopId: string, page: Page) => Item[],
  ): Promise<Result<null>> => {
    for (let more = true; more && !controller.signal.aborted; ) {
      const after = cursorOf(shopId)
      const page = await read(after, PAGE, controller.signal)
      if (!page.ok) {
        log.info('feed not read', { code: page.failure.code, detail: describeDetail(page.failure.detail) })
        return page
      }
      const { cursor, tag } = page.value
      const kept = await catalog.write(() => {
        // Meanwhile the feed may have been set back, for a new template or another backend: then this page is no news.
        if (cursorOf(shopId) !== after) return null
        catalog.history.reach(shopId, { rev: cursor, tag })
        return keepPage(shopId, page.value)
      })
      for (const item of kept ?? []) announce(context, item)
      more = kept === null || page.value.more
    }
    return controller.signal.aborted ? fail(failure('cancelled')) : ok(null)
  }

  /** Designs of templates that are not known here are left: a new template reads the feed from the start. */
  const keep = (shopId: string, { entries, gone, cursor }: FeedResponse): Item[] => {
    for (const { rev: _, id, uploadedAt, replaced } of gone) {
      catalog.kept.keepGone(shopId, id, uploadedAt === null ? { replaced } : { uploadedAt, replaced })
      // Of its own items this catalog knows it first, and may have stored them anew since.
      if (catalog.items.get(id) === null) catalog.designs.removeKnown(id)
    }
    const templates = new Map(catalog.shops.templates(shopId).map(({ name, id }) => [name, id]))
    const changed: Item[] = []
    for (const entry of entries) {
      const { rev: _, ...record } = entry
      catalog.kept.keepDesign(shopId, record)
      const { id, template, number, storedSha256, originalName, fingerprint } = entry
      const remotePath = catalog.places.pathOf(shopId, entry)
      const templateId = templates.get(template)
      // Read before the service heard that it was taken back here.
      if (templateId === undefined || catalog.replaced.get(id)?.state === 'undone') continue
      if (remotePath !== null) catalog.designs.takePlace(templateId, { number, remotePath }, id)
      if (catalog.designs.stateOf(id) === 'known') {
        catalog.designs.setPath(id, remotePath)
        continue
      }
      changed.push(...endRecorded(context, { ...entry, remotePath: remotePath ?? entry.remotePath }))
      catalog.found.remove(templateId, entry.fileName)
      catalog.designs.addKnown(
        { id, shopId, templateId, copy: 0, fileName: originalName, fingerprint },
        { number, remotePath, sha256: storedSha256 },
      )
      changed.push(...takenElsewhere(catalog, templateId, [[number, number]]))
    }
    catalog.shops.setFeedCursor(shopId, cursor)
    return changed
  }

  /** What this workstation has said since is newer than what it hears. */
  const keepDecisions = (shopId: string, { entries, cursor }: DecisionFeed): Item[] => {
    for (const { rev: _, ...record } of entries) {
      catalog.kept.keepDecision(shopId, record)
      const { id: __, decision, ...of } = record
      if (catalog.outbox.tellsOf(shopId, of) || catalog.kept.isOutdated(shopId, record)) continue
      if (decision === null) catalog.decisions.remove(shopId, of)
      else catalog.decisions.put(shopId, { ...of, decision })
    }
    catalog.shops.setDecisionCursor(shopId, cursor)
    return []
  }

  const pullOnce = (shopId: string): Promise<Result<null>> => {
    const running = pulls.get(shopId)
    if (running !== undefined) return running
    clearTimeout(timers.get(shopId))
    const begun = pull(shopId)
      .catch((error): Result<null> => {
        log.error('hash feed', { error: String(error) })
        return fail(failure('internal', String(error)))
      })
      .finally(() => {
        pulls.delete(shopId)
        if (controller.signal.aborted) return
        timers.set(
          shopId,
          setTimeout(() => void pullOnce(shopId), PULL_EVERY_MS),
        )
      })
    pulls.set(shopId, begun)
    return begun
  }

  const follow = (shopId: string): void => {
    const begun = pullOnce(shopId)
    if (first.has(shopId)) return
    const patience = Promise.withResolvers<void>()
    const timer = setTimeout(patience.resolve, FIRST_PULL_PATIENCE_MS)
    first.set(
      shopId,
      Promise.race([begun, patience.promise]).finally(() => clearTimeout(timer)),
    )
  }

  return {
    follow,
    catchUp: pullOnce,
    forgetFirstPull: (shopId) => void first.delete(shopId),
    async firstPull(shopId) {
      if (!first.has(shopId)) follow(shopId)
      await first.get(shopId)
    },
    async resend(shopId) {
      const client = await recordClient(context, host, shopId)
      if (!client.ok) return client
      const begun = await startOver(context, client.value, shopId, 'person', controller.signal)
      if (!begun.ok) return begun
      const anew = await recordClient(context, host, shopId)
      if (!anew.ok) return anew
      const sent = await sendDue(context, anew.value, shopId, controller.signal)
      if (!sent.ok) return sent
      const read = await pullOnce(shopId)
      return read.ok ? sent : read
    },
    async stop() {
      controller.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(pulls.values())
    },
  }
}
