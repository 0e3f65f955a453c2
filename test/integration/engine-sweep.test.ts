import { randomUUID } from 'node:crypto'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers } from '../support/engine-shop.ts'
import { writeLargeDesign } from '../support/real-designs.ts'

const { sshd, backend } = await shareServers()

/** Drops a large design and waits until some of its bytes are on the NAS; the batch, and the folder there. */
async function dropUntilMidFile(shop: EngineShop): Promise<{ batchId: string; folder: string }> {
  await writeLargeDesign(join(shop.drops, 'large.png'), 60)
  const batchId = await shop.drop([shop.drops])
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await vi.waitFor(
    async () => {
      const [part = ''] = (await readdir(folder)).filter((name) => name.endsWith('.part'))
      expect((await stat(join(folder, part))).size).toBeGreaterThan(1e6)
    },
    { timeout: 30_000, interval: 5 },
  )
  return { batchId, folder }
}

test('an item cancelled after its upload was cut leaves nothing on the NAS, and of others nothing is touched', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, folder } = await dropUntilMidFile(shop)
  const foreign = [`.galley-${randomUUID()}-1.part`, '.upload.tmp']
  for (const name of foreign) await writeFile(join(folder, name), 'not ours')
  await shop.killTransferWorker()
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'cancelled' }])
  expect((await readdir(folder)).sort()).toEqual(foreign.sort())
})

test('what an engine could not sweep any more, the next one does', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, folder } = await dropUntilMidFile(shop)
  await shop.reach({ nas: { port: 1 } })
  await shop.killTransferWorker()
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await readdir(folder)).toHaveLength(1)
  await shop.killAndRestart()
  await shop.reach({ nas: { port: sshd.port } })
  await shop.rest(batchId)
  expect(await readdir(folder)).toEqual([])
})
