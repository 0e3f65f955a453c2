import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { ok, type Result } from '../shared/domain/result.ts'
import type { DatabasePlace } from './database/database.ts'
import { openDatabase } from './database/open.ts'
import { addRoutes, createApp } from './http/app.ts'
import type { Transport } from './http/transport.ts'
import { createServiceMetrics } from './metrics/service-metrics.ts'
import { hearOfJobs } from './mockup-jobs/job-news.ts'
import { openJobQueue } from './mockup-jobs/job-queue.ts'
import { runWorker, type WorkerPlace } from './mockup-worker/run-worker.ts'
import { listPlaces, type PlacesListing } from './places/list-places.ts'
import { type NewPairing, openPairing } from './shops/pairing.ts'
import { setNas } from './shops/shop-nas.ts'
import {
  addShop,
  addToken,
  type DeviceListing,
  listDevices,
  listShops,
  type NewToken,
  revokeToken,
  type ShopListing,
} from './shops/shops.ts'

export interface BackendOptions {
  readonly database: DatabasePlace
  /** How requests come to it; without it from this computer only, as plain HTTP. */
  readonly transport?: Transport
  /** Takes the log, a JSON line each; without it there is none. */
  readonly logTo?: Writable
  /** Makes mockups in this process and its children, of an embedded database; without it none are made there. */
  readonly worker?: WorkerPlace
  /** For whoever asks for `/metrics` from another computer; without it nobody may. */
  readonly metricsToken?: string
}

/** The record service with its database open. */
export interface Backend {
  /** Starts answering; returns the address. Port 0 takes a free one. */
  listen(host: string, port: number): Promise<string>
  /** Makes a shop and its first token, which is shown this once. Null when there is a shop of that name. */
  addShop(name: string, device: string): Promise<NewToken | null>
  /** Adds a token for another workstation. Null when there is no shop of that name. */
  addToken(shopName: string, device: string): Promise<NewToken | null>
  revokeToken(tokenId: string): Promise<boolean>
  listShops(): Promise<ShopListing[]>
  listDevices(): Promise<DeviceListing[]>
  /** Where the shops' designs lie. */
  listPlaces(): Promise<PlacesListing[]>
  /** Makes a code for a workstation, shown this once. Null when there is no shop of that name. */
  openPairing(shopName: string): Promise<NewPairing | null>
  /** Keeps by what workers come to a shop's NAS, `ShopNas` as JSON; what is against it, or null. */
  setNas(shopName: string, given: string): Promise<string | null>
  /** Resolves when the database is gone for good; with the reason, if it was not closed. */
  readonly lost: Promise<string | null>
  /** Finishes the requests under way, then closes the database. */
  close(): Promise<void>
}

/** Opens the database, brings it to this version, and prepares the service. Fails when the folder is in use. */
export async function createBackend(options: BackendOptions): Promise<Result<Backend>> {
  const { database: place, transport = { kind: 'loopback' }, logTo, metricsToken, worker: workerPlace } = options
  const app = createApp(logTo, transport)
  const opened = await openDatabase(place, (error) => app.log.warn({ err: error }, 'a database connection broke'))
  if (!opened.ok) return opened
  const { db, lost, pool, close } = opened.value
  const queue = await openJobQueue(opened.value, place.kind, {
    // Nobody takes anything from an embedded one without a worker.
    looksAfter: place.kind === 'postgres' || workerPlace !== undefined,
    onError: (error) => app.log.warn({ err: error }, 'the queue of jobs could not be looked after'),
  })
  const metrics = createServiceMetrics(pool)
  const streams = await addRoutes(app, { db, transport, metrics, metricsToken, queue })
  const worker =
    workerPlace &&
    (await runWorker({ db }, queue, workerPlace, async (shopId, jobId) => streams.mockups(shopId, [jobId])))
  // That the database is gone is told by itself.
  worker?.ended.catch(() => undefined)
  const endNews =
    place.kind === 'embedded'
      ? async () => undefined
      : hearOfJobs(
          place.url,
          (shopId, jobId) => streams.mockups(shopId, [jobId]),
          (error) => app.log.warn({ err: error }, 'news of mockups are not heard'),
        )
  return ok({
    async listen(host, port) {
      await app.listen({ host, port })
      const address = app.server.address() as AddressInfo
      const scheme = transport.kind === 'tls' ? 'https' : 'http'
      return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
    },
    addShop: (name, device) => addShop(db, name, device),
    addToken: (shopName, device) => addToken(db, shopName, device),
    async revokeToken(tokenId) {
      const isRevoked = await revokeToken(db, tokenId)
      if (isRevoked) streams.endOf(tokenId)
      return isRevoked
    },
    listShops: () => listShops(db),
    listDevices: () => listDevices(db),
    listPlaces: () => listPlaces(db),
    openPairing: (shopName) => openPairing(db, shopName),
    setNas: (shopName, given) => setNas(db, shopName, given),
    lost,
    async close() {
      await app.close()
      metrics.stop()
      // A worker whose database failed it has ended with that.
      await Promise.allSettled([worker?.stop(), endNews()])
      await queue.stop()
      await close()
    },
  })
}
