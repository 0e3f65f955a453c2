import { join } from 'node:path'
import { makePrivateFolder } from '../../data-folder/private-folder.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import type { RecordsContract, ServicePlace } from '../../shared/worker/records.ts'
import type { Catalog } from '../catalog/open-catalog.ts'
import type { EngineHost } from '../ports.ts'
import { createWorkerPool, type WorkerPool } from '../workers/worker-pool.ts'

/** A process that nobody asked for so long is ended, where nothing is on its way to it. */
export const IDLE_MS = 5 * 60_000

/** The record services of shops that have no other: each a process of this computer, started when it is asked. */
export interface EmbeddedServices {
  /** Where the shop's is. Waits until it has started; `records-service-down` when it does not. */
  place(shopId: string): Promise<Result<ServicePlace>>
  /** Where the shop's records lie. */
  folder(shopId: string): string
  /** Ends the shop's, if it runs. */
  end(shopId: string): Promise<void>
  vitals: WorkerPool<RecordsContract>['vitals']
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  readonly host: Pick<EngineHost, 'spawnWorker' | 'log'>
  readonly dataDir: string
  readonly catalog: Pick<Catalog, 'outbox' | 'history' | 'batches' | 'items'>
  /** A folder did not open, and lies there now: what was in it is sent again. */
  onSetAside(shopId: string, keptIn: string): void
}

interface Service {
  readonly pool: WorkerPool<RecordsContract>
  idle: NodeJS.Timeout | undefined
}

export function createEmbeddedServices({ host, dataDir, catalog, onSetAside }: EmbeddedOptions): EmbeddedServices {
  const services = new Map<string, Service>()
  const ending = new Map<string, Promise<void>>()
  const folder = (shopId: string): string => join(dataDir, 'records', shopId)

  const serviceOf = (shopId: string): Service => {
    const known = services.get(shopId)
    if (known !== undefined) return known
    const pool = createWorkerPool<Record<never, never>, RecordsContract>({
      kind: 'records',
      size: 1,
      callsPerWorker: Number.POSITIVE_INFINITY,
      handlers: {},
      host,
    })
    const service: Service = { pool, idle: undefined }
    services.set(shopId, service)
    return service
  }

  const isNeeded = (shopId: string): boolean =>
    catalog.outbox.countOf(shopId) > 0 ||
    catalog.history.isResendDue(shopId) ||
    catalog.batches.open().some((batch) => batch.shopId === shopId && catalog.items.isComing(batch.id))

  const endWhenIdle = (shopId: string, service: Service): void => {
    clearTimeout(service.idle)
    service.idle = setTimeout(() => {
      if (isNeeded(shopId)) endWhenIdle(shopId, service)
      else void end(shopId)
    }, IDLE_MS)
  }

  const end = async (shopId: string): Promise<void> => {
    const service = services.get(shopId)
    if (service === undefined) return ending.get(shopId)
    services.delete(shopId)
    clearTimeout(service.idle)
    const ended = shut(service.pool).finally(() => ending.delete(shopId))
    ending.set(shopId, ended)
    host.log.info('record service ends', { shop: shopId })
    await ended
  }

  return {
    folder,
    async place(shopId) {
      // Its folder is free when it is gone.
      await ending.get(shopId)
      makePrivateFolder(join(dataDir, 'records'))
      const service = serviceOf(shopId)
      endWhenIdle(shopId, service)
      const start = () => service.pool.call('start', { folder: folder(shopId) })
      let started = await start()
      // The one that just died; there is another by now.
      if (!started.ok && started.failure.code === 'worker-gone') started = await start()
      if (!started.ok) {
        const { code, detail } = started.failure
        if (code === 'cancelled') return started
        return fail(failure('records-service-down', detail ?? code))
      }
      const { keptIn, ...place } = started.value
      if (keptIn !== null) onSetAside(shopId, keptIn)
      return { ok: true, value: place }
    },
    end,
    vitals: async () => (await Promise.all([...services.values()].map(({ pool }) => pool.vitals()))).flat(),
    async stop() {
      await Promise.all([...services.keys()].map(end))
      await Promise.all(ending.values())
    },
  }
}

/** What it is answering is answered, and its database closed. */
async function shut(pool: WorkerPool<RecordsContract>): Promise<void> {
  await pool.call('stop', null)
  await pool.stop()
}
