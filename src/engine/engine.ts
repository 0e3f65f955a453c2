import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Failure } from '../shared/domain/failure.ts'
import { ok, type Result } from '../shared/domain/result.ts'
import type { EngineContract } from '../shared/ipc/engine.ts'
import type { ProcessVitals } from '../shared/worker/imaging.ts'
import type { Handlers } from '../shared/worker/peer.ts'
import type { TransferContract, TransferHostContract } from '../shared/worker/transfer.ts'
import { keepDailyCopy } from './catalog/daily-copy.ts'
import { openWhenFree } from './catalog/open-when-free.ts'
import { derivedFolder } from './catalog/rebuild.ts'
import { engineHandlers } from './handlers.ts'
import type { QueueContext } from './items/context.ts'
import { createDurations } from './items/durations.ts'
import { createHolds } from './items/holds.ts'
import { createSpeedLimiter } from './items/speed-limiter.ts'
import { createImport } from './library/import-designs.ts'
import { createLookAfter } from './library/look-after.ts'
import { createPreview } from './library/preview.ts'
import type { EngineHost } from './ports.ts'
import { createCatchUpLane } from './queue/catch-up-lane.ts'
import { createCloserLook } from './queue/closer-look.ts'
import { createExamineLane } from './queue/examine-lane.ts'
import { createMatchLane } from './queue/match-lane.ts'
import { listTemplate } from './queue/nas-access.ts'
import { createPlaces } from './queue/places.ts'
import { createPrepareLane } from './queue/prepare-lane.ts'
import { openPreparedFiles } from './queue/prepared-files.ts'
import { createProjection } from './queue/projection.ts'
import { createQueue } from './queue/queue.ts'
import { createRecheckLane } from './queue/recheck-lane.ts'
import { createRest } from './queue/rest.ts'
import { createSweepLane } from './queue/sweep-lane.ts'
import { createTransferLane, transferHandlers } from './queue/transfer-lane.ts'
import { createTwins } from './queue/twins.ts'
import { createUndoReplacement } from './queue/undo-replacement.ts'
import { createClaims } from './records/claims.ts'
import { createEmbeddedServices } from './records/embedded-services.ts'
import { createHashFeed } from './records/hash-feed.ts'
import { createLibrary } from './records/library.ts'
import { createMockups } from './records/mockups.ts'
import { createNumberLeases } from './records/number-leases.ts'
import { createRecordLane } from './records/record-lane.ts'
import { type RecordAccess, recordClient } from './records/shop-client.ts'
import { createTemplates } from './records/templates.ts'
import { createThumbnails } from './records/thumbnails.ts'
import { createRestore } from './restore/restore.ts'
import { createSimilarityIndex } from './similarity/similarity-index.ts'
import { createImagingPool } from './workers/imaging-pool.ts'
import { createWorkerPool } from './workers/worker-pool.ts'

export interface EngineOptions {
  readonly host: EngineHost
  /** Everything that is kept lies here; one engine at a time. */
  readonly dataDir: string
  readonly vitals: () => ProcessVitals
  /** Only answers questions: moves nothing. */
  readonly idle: boolean
}

export interface Engine {
  /** What it answers, ready to be served on a port. */
  readonly handlers: Handlers<EngineContract>
  /** Stops taking work, lets what is being written be written, ends the workers and releases the data folder. */
  stop(): Promise<void>
}

/** The uploader. Wires its parts and nothing else; from top to bottom it is the way of a design.
 *  Fails as `openWhenFree` does. */
export async function createEngine({ host, dataDir, vitals, idle }: EngineOptions): Promise<Result<Engine>> {
  // The disk may tell of itself before the parts are there that hear of it.
  const early: (Failure | null)[] = []
  let hear = (trouble: Failure | null): void => void early.push(trouble)
  const opened = await openWhenFree(dataDir, host.clock.now, (trouble) => hear(trouble))
  if (!opened.ok) return opened
  const catalog = opened.value
  const thumbnailDir = join(dataDir, 'thumbs')
  mkdirSync(thumbnailDir, { recursive: true })
  const prepared = openPreparedFiles(join(dataDir, 'prepared'), catalog.items, host.newId)

  const holds = createHolds({
    clock: host.clock,
    random: host.random,
    remembered: catalog.holdReasons.all(),
    onReason: (key, failure) => catalog.note(() => catalog.holdReasons.set(key, failure)),
    onChange(key) {
      if (key.kind !== 'item') projection.allChanged()
      queue.wake()
      rest.check()
    },
  })
  const speed = createSpeedLimiter(catalog, host.clock, ({ bytesPerSecond }) => {
    limitTransfer()
    projection.allChanged()
    if (bytesPerSecond === 0) void queue.stopSending(null)
    else upload.wake()
  })
  const library = createLibrary({
    catalog,
    onChange() {
      projection.allChanged()
      queue.wake()
      rest.check()
    },
    onProgress: () => projection.statusChanged(),
  })
  const context: QueueContext = {
    catalog,
    holds,
    speed,
    library,
    live: new Map(),
    traffic: { ackedBytes: 0, verifiedBytes: 0 },
    durations: createDurations(),
    cancelling: new Set(),
    undoing: new Set(),
    waitingFor: new Map(),
    clock: host.clock,
    newId: host.newId,
    log: host.log,
    itemChanged(itemId, batchId) {
      projection.itemChanged(itemId, batchId)
      rest.check()
    },
    stageReached: (stage, itemId) => queue.stageReached(stage, itemId),
    itemSettled(itemId, batchId) {
      queue.itemSettled(itemId, batchId)
      claims.settled(itemId)
      numbers.settled()
    },
    outboxChanged() {
      queue.wake()
      rest.check()
    },
  }
  const projection = createProjection(context)
  const rest = createRest(context)

  const embedded = createEmbeddedServices({
    host,
    dataDir,
    catalog,
    onSetAside(shopId, keptIn) {
      host.log.error('records do not open', { shop: shopId, keptIn })
      catalog.note(() => catalog.settings.setRecordsKeptIn(keptIn))
      projection.allChanged()
    },
  })
  const access: RecordAccess = {
    secret: (...of) => host.secret(...of),
    place: embedded.place,
    sender: host.newId(),
  }
  const thumbnails = createThumbnails(context, access, thumbnailDir)
  const templates = createTemplates(context, {
    access,
    onChange(shopId, isNew) {
      projection.templatesChanged()
      if (!isNew) return
      library.forget(shopId)
      feed.look(shopId)
    },
  })
  const feed = createHashFeed(context, {
    ...access,
    random: host.random,
    onReached: thumbnails.sendDue,
    onOver: thumbnails.drop,
    onRead: () => recheck.wake(),
    templates,
  })
  const claims = createClaims(context, {
    service: (shopId) => recordClient(context, access, shopId),
    feed,
    onGranted: () => upload.wake(),
  })
  const numbers = createNumberLeases(context, {
    service: (shopId) => recordClient(context, access, shopId),
    feed,
    list: (template, signal) => listTemplate(catalog, nas, template, signal),
  })

  const processors = availableParallelism()
  const imaging = createImagingPool(processors, host)
  const transfer = createWorkerPool<TransferHostContract, TransferContract>({
    kind: 'transfer',
    size: 1,
    callsPerWorker: Number.POSITIVE_INFINITY,
    handlers: transferHandlers(context, claims, numbers),
    host,
  })
  // While nothing is uploaded, what a person wants back from the NAS comes as fast as it can.
  const limitTransfer = (): void => transfer.tell('limitRate', { bytesPerSecond: speed.now.bytesPerSecond || null })
  limitTransfer()

  const places = createPlaces(context, { transfer, access, feed })
  const nas = { transfer, host, places }

  const examine = createExamineLane(context, { imaging, capacity: processors * 2, thumbnailDir })
  const indexFolder = derivedFolder(dataDir)
  const index = createSimilarityIndex(catalog.designs, indexFolder)
  const closerLook = createCloserLook(imaging, thumbnails, thumbnailDir)
  const match = createMatchLane(context, index, closerLook, numbers)
  const recheck = createRecheckLane(context, index)
  const prepare = createPrepareLane(context, { imaging, capacity: processors, files: prepared })
  const upload = createTransferLane(context, { ...nas, files: prepared, claims })
  const record = createRecordLane(context, access, feed, thumbnails)
  const reading = { catalog, imaging, newId: host.newId, thumbnailDir, ahead: processors * 2 }
  const preview = createPreview({ ...reading, index, thumbnails, folder: join(indexFolder, 'drop') })
  const importDesigns = createImport({
    ...reading,
    clock: host.clock,
    feed,
    service: (shopId) => recordClient(context, access, shopId),
    onShared: context.outboxChanged,
  })
  const restore = createRestore({ catalog, ...nas, feed })
  const replacements = createUndoReplacement(context, nas)
  const twins = createTwins(context, nas)
  const sweep = createSweepLane(context, { ...nas, replacements, twins })
  const catchUp = createCatchUpLane(context, { ...nas, feed, onCaughtUp: () => queue.wake() })
  const queue = createQueue({
    context,
    projection,
    rest,
    lanes: { catchUp, examine, match, prepare, transfer: upload, record, recheck, sweep },
    replacements,
    twins,
    numbers,
    files: prepared,
  })

  const copies = keepDailyCopy(dataDir, catalog, host)
  const begin = async (): Promise<void> => {
    // First: until the shops have answered, nothing is compared.
    feed.begin()
    numbers.start()
    await queue.start()
    copies.begin()
  }

  hear = (trouble) => {
    if (trouble === null) holds.lift({ kind: 'local' })
    else if (trouble.code === 'catalog-damaged') host.startAgain(trouble)
    else holds.add({ kind: 'local' }, trouble)
  }
  for (const trouble of early) hear(trouble)
  if (!idle) await begin()
  return ok({
    handlers: engineHandlers({
      context,
      host,
      dataDir,
      vitals,
      queue,
      begin,
      projection,
      rest,
      speed,
      feed,
      embedded,
      thumbnails,
      claims,
      templates,
      mockups: createMockups(context, { access, imaging, folder: join(dataDir, 'mockup-pictures') }),
      preview,
      importDesigns,
      library: createLookAfter({ catalog, index, dataDir }),
      restore,
      twins,
      places,
      imaging,
      transfer,
    }),
    async stop() {
      await queue.stop()
      await claims.stop()
      await numbers.stop()
      await feed.stop()
      await thumbnails.stop()
      await embedded.stop()
      await index.close()
      await copies.stop()
      await Promise.all([imaging.stop(), transfer.stop()])
      holds.dispose()
      speed.dispose()
      library.dispose()
      projection.dispose()
      rest.dispose()
      await catalog.close()
    },
  })
}
