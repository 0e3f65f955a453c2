import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { ok, type Result } from '../shared/domain/result.ts'
import type { DatabasePlace } from './database/database.ts'
import { openDatabase } from './database/open.ts'
import { addRoutes, createApp } from './http/app.ts'
import type { Transport } from './http/transport.ts'
import { createServiceMetrics } from './metrics/service-metrics.ts'
import { listPlaces, type PlacesListing } from './places/list-places.ts'
import { type NewPairing, openPairing } from './shops/pairing.ts'
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
  /** Resolves when the database is gone for good; with the reason, if it was not closed. */
  readonly lost: Promise<string | null>
  /** Finishes the requests under way, then closes the database. */
  close(): Promise<void>
}

/** Opens the database, brings it to this version, and prepares the service. Fails when the folder is in use. */
export async function createBackend(options: BackendOptions): Promise<Result<Backend>> {
  const { database: place, transport = { kind: 'loopback' }, logTo, metricsToken } = options
  const app = createApp(logTo, transport)
  const opened = await openDatabase(place, (error) => app.log.warn({ err: error }, 'a database connection broke'))
  if (!opened.ok) return opened
  const { db, lost, pool, close } = opened.value
  const metrics = createServiceMetrics(pool)
  const streams = await addRoutes(app, { db, transport, metrics, metricsToken })
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
    lost,
    async close() {
      await app.close()
      metrics.stop()
      await close()
    },
  })
}
