// The record service in a process of its own, for benchmarks: the database's place as JSON; prints where it listens, and at
// each line that it gets, how long its event loop was held up since the last, ms.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { createBackend } from '../../src/backend/backend.ts'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import { EMBEDDED_WORKER } from '../support/empty-database.ts'

const SHOP = 'bench'
const given = JSON.parse(process.argv[2] ?? '') as { readonly url?: string; readonly folder?: string }
const database: DatabasePlace =
  given.url === undefined
    ? { kind: 'embedded', folder: given.folder ?? '', workerEntry: EMBEDDED_WORKER }
    : { kind: 'postgres', url: given.url }
const created = await createBackend({ database })
if (!created.ok) throw new Error(describeFailure(created.failure))
const backend = created.value
const url = await backend.listen('127.0.0.1', 0)
const shop = (await backend.addShop(SHOP, 'first')) ?? (await backend.addToken(SHOP, 'again'))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const other = await backend.addToken(SHOP, 'other')
console.log(JSON.stringify({ url, token: shop?.token, otherToken: other?.token }))
for await (const _ of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 }))
  delay.reset()
}
await backend.close()
