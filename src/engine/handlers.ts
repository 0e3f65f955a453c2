import { existsSync } from 'node:fs'
import type { z } from 'zod'
import { failure, waitsForSomebody } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import type { SecretKind } from '../shared/domain/shop.ts'
import { type Diagnosis, type EngineContract, type EngineMethod, engineInputs } from '../shared/ipc/engine.ts'
import { inputFailure } from '../shared/ipc/input-failure.ts'
import type { ImagingContract, ProcessVitals } from '../shared/worker/imaging.ts'
import type { CallContext, Handlers } from '../shared/worker/peer.ts'
import type { TransferContract } from '../shared/worker/transfer.ts'
import type { Catalog } from './catalog/open-catalog.ts'
import type { QueueContext } from './items/context.ts'
import type { SpeedLimiter } from './items/speed-limiter.ts'
import { foreignFiles } from './library/foreign-files.ts'
import type { ImportDesigns } from './library/import-designs.ts'
import type { LookAfter } from './library/look-after.ts'
import type { Preview } from './library/preview.ts'
import type { EngineHost } from './ports.ts'
import { nasAccess } from './queue/nas-access.ts'
import type { Places } from './queue/places.ts'
import type { Projection } from './queue/projection.ts'
import type { Queue } from './queue/queue.ts'
import { receiptOf } from './queue/receipt.ts'
import type { Rest } from './queue/rest.ts'
import type { Twins } from './queue/twins.ts'
import type { Claims } from './records/claims.ts'
import type { EmbeddedServices } from './records/embedded-services.ts'
import type { HashFeed } from './records/hash-feed.ts'
import type { Mockups } from './records/mockups.ts'
import { pairWithService } from './records/pair.ts'
import { recordClient } from './records/shop-client.ts'
import type { Templates } from './records/templates.ts'
import type { Thumbnails } from './records/thumbnails.ts'
import type { Restore } from './restore/restore.ts'
import type { WorkerPool } from './workers/worker-pool.ts'

export interface HandlerParts {
  readonly context: QueueContext
  readonly host: EngineHost
  readonly dataDir: string
  readonly vitals: () => ProcessVitals
  readonly queue: Queue
  /** Starts working; more than once is no more. */
  readonly begin: () => Promise<void>
  readonly projection: Projection
  readonly rest: Rest
  readonly speed: SpeedLimiter
  readonly feed: HashFeed
  readonly embedded: EmbeddedServices
  readonly thumbnails: Pick<Thumbnails, 'fetch'>
  readonly claims: Pick<Claims, 'takeOver'>
  readonly templates: Pick<Templates, 'read' | 'save' | 'settle'>
  readonly mockups: Mockups
  readonly preview: Preview
  readonly library: LookAfter
  readonly importDesigns: ImportDesigns
  readonly restore: Restore
  readonly twins: Pick<Twins, 'dropKept'>
  readonly places: Pick<Places, 'settle' | 'known'>
  readonly imaging: WorkerPool<ImagingContract>
  readonly transfer: WorkerPool<TransferContract>
}

/** What the engine answers to windows and terminals. Inputs are parsed here, wherever they come from. */
export function engineHandlers(parts: HandlerParts): Handlers<EngineContract> {
  const { context, host, queue, projection, rest, feed, embedded, imaging, transfer } = parts
  const { catalog, holds } = context
  const handlers: Handlers<EngineContract> = {
    listShops: () =>
      ok(
        catalog.shops.shops().map((shop) => ({
          shop,
          templates: catalog.shops.templates(shop.id),
          designCount: catalog.designs.count(shop.id),
          hostKey: shop.nas === null ? null : catalog.shops.hostKey(shop.nas.host, shop.nas.port),
        })),
      ),
    async saveShop(shop) {
      const before = catalog.shops.shop(shop.id)
      const isOtherBackend = (before?.backendUrl ?? null) !== shop.backendUrl
      // Whichever of the two it is: where records were kept here, or are from now on, the past is sent there.
      const isMove = before !== null && isOtherBackend && (before.backendUrl === null || shop.backendUrl === null)
      await catalog.write(() => {
        catalog.shops.saveShop(shop)
        if (!isOtherBackend) return
        catalog.history.forget(shop.id, null, isMove)
      })
      if (isOtherBackend) context.library.forget(shop.id)
      if (shop.backendUrl !== null) void embedded.end(shop.id)
      queue.liftShop(shop.id)
      feed.follow(shop.id)
      projection.allChanged()
      return ok(null)
    },
    async saveTemplate(template) {
      const saved = await parts.templates.save(template)
      if (!saved.ok) feed.look(template.shopId)
      return saved
    },
    async readTemplates({ shopId }) {
      const read = await parts.templates.read(shopId)
      if (!read.ok) feed.look(shopId)
      return read
    },
    settleTemplate: ({ templateId, kept }) => parts.templates.settle(templateId, kept),
    listMockups: ({ shopId }) => parts.mockups.list(shopId),
    saveMockup: (wish) => parts.mockups.save(wish),
    mockupJobs: (asked) => parts.mockups.jobs(asked),
    retryMockups: (asked) => parts.mockups.retry(asked),
    checkMockups: ({ shopId }) => parts.mockups.check(shopId),
    renderMockup: (request) => parts.mockups.render(request),
    async trustHostKey({ host: name, port, fingerprint }) {
      const trustedAt = context.clock.now()
      await catalog.write(() => catalog.shops.pinHostKey({ host: name, port, fingerprint, trustedAt }))
      for (const { id, nas } of catalog.shops.shops()) if (nas?.host === name && nas.port === port) queue.liftShop(id)
      return ok(null)
    },
    secretsChanged({ shopId }) {
      queue.liftShop(shopId)
      feed.follow(shopId)
      return ok(null)
    },
    async testConnection({ shopId, nas, secrets, code }, { signal, emit }) {
      const access = await nasAccess(catalog, trying(host, secrets), shopId, nas)
      if (!access.ok) return access
      const known = await parts.places.known(shopId)
      const places = { ids: known?.map(({ id }) => id) ?? [], isProven: catalog.places.of(shopId) !== null }
      const proof = code === undefined ? {} : { code }
      const request = { ...access.value, ...proof, ...(known === undefined ? {} : { places }) }
      return transfer.call('testConnection', request, { signal, onEvent: emit })
    },
    async signIn(request, { signal }) {
      const { shopId } = request
      const signedIn = await signIn(parts, request, signal)
      if (signedIn.ok) queue.liftShop(shopId)
      else if (waitsForSomebody(signedIn.failure.code)) holds.add({ kind: 'nas', shopId }, signedIn.failure)
      return signedIn
    },
    async browseNas({ shopId, nas, secrets, path, code }, { signal }) {
      const access = await nasAccess(catalog, trying(host, secrets), shopId, nas)
      if (!access.ok) return access
      const request = { access: access.value, path, ...(code === undefined ? {} : { code }) }
      const folder = await transfer.call('browse', request, { signal })
      if (!folder.ok) return folder
      return ok({ ...folder.value, foreign: foreignFiles(catalog, shopId, nas.root, folder.value) })
    },
    async nasPlace({ shopId }) {
      const place = catalog.places.of(shopId)
      return ok({ here: place, places: (await parts.places.known(shopId)) ?? [] })
    },
    async settlePlace({ shopId, said }) {
      const access = await nasAccess(catalog, host, shopId)
      if (!access.ok) return access
      const opened = await transfer.call('openNas', { nasId: shopId, access: access.value })
      const settled = opened.ok ? await parts.places.settle(shopId, access.value, said) : opened
      if (settled.ok) queue.liftShop(shopId)
      return settled
    },
    async makeNasFolder({ shopId, nas, secrets, path }, { signal }) {
      const access = await nasAccess(catalog, trying(host, secrets), shopId, nas)
      return access.ok ? transfer.call('makeFolder', { access: access.value, path }, { signal }) : access
    },
    async testBackend({ shopId, url, fingerprint, secrets }, { signal }) {
      const client = await recordClient(context, { ...trying(host, secrets), place: embedded.place }, shopId, {
        url,
        fingerprint,
      })
      if (!client.ok) return client
      const answer = await client.value.shop(signal)
      return answer.ok ? ok({ shopName: answer.value.name }) : answer
    },
    pairBackend: (request, { signal }) => pairWithService(request, signal),
    async acceptPaths(request) {
      const accepted = await queue.accept(request)
      if (accepted.ok) feed.look(request.shopId)
      return accepted
    },
    preview: (request, { signal, emit }) => parts.preview(request, signal, emit),
    async importDesigns(request, { signal, emit }) {
      // Records go while others are made: a large library has many.
      if (request.remoteFolder !== undefined) await parts.begin()
      const imported = await parts.importDesigns(request, signal, emit)
      const { shopId } = catalog.shops.template(request.templateId) ?? {}
      if (imported.ok && imported.value.shared > 0 && shopId !== undefined) await rest.untilTold(shopId, signal)
      return imported
    },
    catalogStats: async () => ok(await parts.library.stats()),
    verifyCatalog: async () => ok(await parts.library.verify()),
    async resendRecords({ shopId }) {
      const resent = await feed.resend(shopId)
      if (!resent.ok) return resent
      queue.liftShop(shopId)
      const own = embedded.folder(shopId)
      const isElsewhere = catalog.shops.shop(shopId)?.backendUrl != null
      return ok({ ...resent.value, keptIn: isElsewhere && existsSync(own) ? own : null })
    },
    thumbnail: ({ designId }) => parts.thumbnails.fetch(designId),
    rebuildIndex: async () => ok(await parts.library.rebuildIndex()),
    pause: ({ batchId }) => settled(queue.pause(batchId)),
    resume: ({ batchId }) => settled(queue.resume(batchId)),
    prioritize: ({ batchId, priority }) => settled(queue.prioritize(batchId, priority)),
    cancel: async ({ batchId, itemIds }) => ok(await queue.cancel(batchId, itemIds)),
    takeLinks: ({ batchId }) => settled(queue.takeLinks(batchId)),
    undoCancel: (request) => settled(queue.undoCancel(request)),
    retry({ batchId, itemIds }) {
      feed.look(catalog.batches.get(batchId)?.shopId ?? '')
      return queue.retry(batchId, itemIds)
    },
    takeOver: ({ itemId }) => parts.claims.takeOver(itemId),
    decide: ({ itemIds, decision }) => queue.decide(itemIds, decision),
    settleTwins: async ({ itemIds, kept }) => ok(await queue.settleTwins(itemIds, kept)),
    async dropWithdrawn({ shopId }) {
      const dropped = await parts.twins.dropKept(shopId)
      if (dropped.ok) queue.liftShop(shopId)
      return dropped
    },
    undoDecisions: async ({ itemIds }) => ok(await queue.undo(itemIds)),
    limitSpeed: ({ timetable }) => settled(parts.speed.set(timetable)),
    batchItems: ({ batchId }) => ok(projection.batchItems(batchId)),
    async clearEnded({ withFailed, shopId = null }) {
      const batchIds = await catalog.write(() => catalog.batches.clearEnded({ withFailed, shopId }))
      projection.batchesRemoved(batchIds)
      return ok({ batchIds })
    },
    async undoClear({ batchIds }) {
      await catalog.write(() => catalog.batches.undoClear(batchIds))
      for (const batchId of batchIds) projection.batchChanged(batchId)
      return ok(null)
    },
    async failuresSeen({ batchIds }) {
      await catalog.write(() => {
        for (const id of batchIds) catalog.batches.seeFailures(id)
      })
      for (const id of batchIds) projection.batchChanged(id)
      return ok(null)
    },
    async rebuiltSeen() {
      await catalog.write(() => catalog.settings.setRebuiltSeen())
      projection.allChanged()
      return ok(null)
    },
    async recordsKeptSeen() {
      await catalog.write(() => catalog.settings.setRecordsKeptIn(null))
      projection.allChanged()
      return ok(null)
    },
    receipt: ({ batchId }) =>
      catalog.batches.get(batchId) === null
        ? fail(failure('configuration', { says: 'no-batch', batchId }))
        : ok(receiptOf(context, batchId)),
    restore: (request, { signal, emit }) => parts.restore(request, signal, emit),
    status: () => ok(projection.status()),
    async activity() {
      const workers = await Promise.all([imaging.vitals(), transfer.vitals(), embedded.vitals()])
      return ok({ engine: parts.vitals(), workers: workers.flat() })
    },
    watch: (_input, { signal, emit }) => settled(projection.watch(emit, signal)),
    untilRest: ({ batchIds }, { signal }) => settled(rest.until(batchIds, signal)),
    begin: () => settled(parts.begin()),
    async drain() {
      await queue.drain()
      await embedded.stop()
      return ok(null)
    },
    diagnose: () => diagnose(parts),
  }
  return parsed(handlers, catalog)
}

async function signIn(
  { context: { catalog }, host, transfer, rest }: HandlerParts,
  { shopId, code }: { readonly shopId: string; readonly code?: string | undefined },
  signal: AbortSignal,
): Promise<Result<null>> {
  const access = await nasAccess(catalog, host, shopId)
  if (!access.ok) return access
  const proof = code === undefined ? {} : { code }
  const signedIn = await transfer.call('signIn', { nasId: shopId, access: access.value, ...proof }, { signal })
  const batchIds = catalog.batches.open().flatMap((batch) => (batch.shopId === shopId ? [batch.id] : []))
  // A connection that took a code is kept while there is work for it. Before a first drop, the work is still to come.
  if (signedIn.ok && code !== undefined && batchIds.length > 0) {
    void rest.until(batchIds, new AbortController().signal).then(() => transfer.call('letIdle', { nasId: shopId }))
  }
  return signedIn
}

/** The host's secrets, those first that are only being tried. */
function trying(
  host: EngineHost,
  tried: Partial<Record<SecretKind, string>> = {},
): Pick<EngineHost, 'secret' | 'agentPath'> {
  return { agentPath: host.agentPath, secret: async (shopId, kind) => tried[kind] ?? host.secret(shopId, kind) }
}

/** Wraps each handler so that it never sees an input of another shape, and answers why the catalog cannot be read. */
function parsed(handlers: Handlers<EngineContract>, catalog: Catalog): Handlers<EngineContract> {
  const wrap = <M extends EngineMethod>(method: M): unknown => {
    const schema: z.ZodType = engineInputs[method]
    const handler = handlers[method] as (input: unknown, context: CallContext<never>) => unknown
    return async (input: unknown, callContext: CallContext<never>) => {
      const checked = schema.safeParse(input)
      if (!checked.success) return fail(inputFailure(checked.error))
      try {
        return await handler(checked.data, callContext)
      } catch (error) {
        const trouble = catalog.met(error)
        if (trouble === null) throw error
        return fail(trouble)
      }
    }
  }
  const methods = Object.keys(engineInputs) as EngineMethod[]
  return Object.fromEntries(methods.map((method) => [method, wrap(method)])) as unknown as Handlers<EngineContract>
}

async function settled(work: Promise<void>): Promise<Result<null>> {
  await work
  return ok(null)
}

async function diagnose({ context, dataDir, imaging, transfer }: HandlerParts): Promise<Result<Diagnosis>> {
  const [pictures, crypto] = await Promise.all([imaging.call('versions', null), transfer.call('vitals', null)])
  if (!pictures.ok) return pictures
  if (!crypto.ok) return crypto
  return ok({
    node: process.version,
    sqlite: context.catalog.sqliteVersion(),
    pragmas: context.catalog.pragmas(),
    ...pictures.value,
    nativeCrypto: crypto.value.nativeCrypto,
    dataDir,
  })
}
