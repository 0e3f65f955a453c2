import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { ImagingContract } from '../../shared/worker/imaging.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { createPrepareLane } from './prepare-lane.ts'

test('print files whose folder cannot be written to wait for it, with that reason, and none of their files fails', async () => {
  await using shop = await openTestCatalog()
  using queue = openQueueContext(shop.catalog)
  const { catalog, templateId, dataDir } = shop
  const template = catalog.shops.template(templateId)
  if (template === null) throw new Error('no template')
  const preparation = { trim: true, rotate: false, maxEnlargement: 1.5 }
  await catalog.write(() => catalog.shops.saveTemplate({ ...template, preparation }))
  await shop.addBatch('b')
  for (const id of ['one', 'two', 'three']) await shop.addItem(id, 'b', 'ready')

  const prepared = { sizeBytes: 10, mtimeMs: 0, sha256: '0'.repeat(64) }
  let isWritable = false
  const call = vi.fn(async () => (isWritable ? ok(prepared) : fail(failure('data-folder-unwritable', dataDir))))
  const lane = createPrepareLane(queue.context, {
    imaging: { call } as unknown as WorkerPool<ImagingContract>,
    capacity: 1,
    files: {
      path: (id) => join(dataDir, `${id}.png`),
      partPath: (id) => join(dataDir, `${id}.part`),
      keep: async () => undefined,
      remove: () => undefined,
      count: () => 0,
    },
  })
  const stages = (): string[] => Array.from(catalog.items.ofBatch('b'), ({ state }) => state.stage)
  const wake = async (): Promise<void> => {
    lane.wake()
    await vi.waitFor(async () => {
      await lane.abort('nothing')
      expect([lane.underWay(), stages().includes('preparing')]).toEqual([[], false])
    })
  }

  for (let tries = 1; tries <= 10; tries += 1) {
    await wake()
    expect(stages()).toEqual(['ready', 'ready', 'ready'])
    expect(call).toHaveBeenCalledTimes(tries)
    expect(queue.holds.view({ kind: 'prepare' })).toMatchObject({ failure: { code: 'data-folder-unwritable' } })
    expect(queue.holds.heldItemIds()).toEqual([])
    queue.pass(60_000)
  }
  isWritable = true
  lane.wake()
  await vi.waitFor(() => expect(stages()).toEqual(['waiting', 'waiting', 'waiting']))
  expect(queue.holds.view({ kind: 'prepare' })).toBe(null)
  await lane.drain()
})
