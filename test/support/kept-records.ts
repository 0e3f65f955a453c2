import type { FeedResponse } from '../../src/shared/api/records.ts'
import { startBackendOn } from './backend.ts'
import { EMBEDDED_WORKER } from './empty-database.ts'
import { expectOk } from './engine.ts'

/** What a record service of this computer has in its folder, while no process has it. */
export async function keptRecords(folder: string): Promise<FeedResponse['entries']> {
  await using service = await startBackendOn({ kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER })
  const [shop] = await service.backend.listShops()
  const added = await service.backend.addToken(shop?.name ?? '', 'test')
  const feed = await service.client(added?.token ?? '').hashFeed(0, 1000, AbortSignal.timeout(10_000))
  return expectOk(feed).entries
}
