import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failure } from '../../src/shared/domain/failure.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const NAME = 'UV 1 UVDTF 16oz_1.png'

const { sshd, backend } = await shareServers()

/** A design that waits for a NAS that is away, after an engine that died between sending the rename and its answer. The
 *  rename was done. */
async function dropInDoubt(shop: EngineShop): Promise<{ batchId: string; source: string }> {
  const [source = ''] = await writeDesigns(shop.drops, [1])
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop([source])
  await shop.rest(batchId)
  await shop.killAndRestart((catalog) => {
    catalog.prepare('UPDATE items SET number = 1, final_name = ?, intent_attempt = 1, upload_attempt = 1').run(NAME)
  })
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await mkdir(folder, { recursive: true })
  await copyFile(source, join(folder, NAME))
  return { batchId, source }
}

async function expectStoredOnce(shop: EngineShop, batchId: string, source: string): Promise<void> {
  await shop.reach({ nas: { port: sshd.port } })
  expect(await shop.differences(batchId, [source])).toEqual([])
}

test('[rename answer lost] a rename whose answer was lost with the engine is found done, and not done again', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, source } = await dropInDoubt(shop)
  await expectStoredOnce(shop, batchId, source)
})

test('[cancel during the rename] what may stand on the NAS already is not cancelled: it would have a file there and no record', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, source } = await dropInDoubt(shop)
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  await expectStoredOnce(shop, batchId, source)
})

test('a retry of what failed with its rename in doubt finds the file that stands there', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, source } = await dropInDoubt(shop)
  await shop.killAndRestart((catalog) => {
    const state = JSON.stringify({ failure: failure('connection-lost'), stored: null })
    catalog.prepare(`UPDATE items SET stage = 'failed', state = ?, attempts = 8`).run(state)
    catalog.prepare(`DELETE FROM designs WHERE state = 'pending'`).run()
    catalog.prepare(`UPDATE batches SET state = 'ended'`).run()
  })
  await shop.reach({ nas: { port: sshd.port } })
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  await expectStoredOnce(shop, batchId, source)
})
