import { randomUUID } from 'node:crypto'
import { link, lutimes, mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, keepNoParts, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
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
  await shop.killAndRestart(keepNoParts)
  await shop.rest(batchId)
  expect((await readdir(folder)).sort()).toEqual(foreign.sort())
})

test('what an engine could not sweep any more, the next one does', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const { batchId, folder } = await dropUntilMidFile(shop)
  await shop.reach({ nas: { port: 1 } })
  await shop.killTransferWorker()
  expectOk(await shop.engine.peer.call('cancel', { batchId }))
  expect(await readdir(folder)).toHaveLength(1)
  await shop.killAndRestart(keepNoParts)
  await shop.reach({ nas: { port: sshd.port } })
  await shop.rest(batchId)
  expect(await readdir(folder)).toEqual([])
})

test('what nobody wrote to for a day and no item answers for is removed, and nothing that only looks like it', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  // An item that may go on, of a NAS that is away.
  await shop.reach({ nas: { port: 1 } })
  const waiting = await shop.drop(await writeDesigns(join(shop.drops, 'waiting'), [1]))
  await shop.rest(waiting)
  const [open] = await shop.items(waiting)
  expectOk(await shop.engine.peer.call('pause', { batchId: waiting }))
  await shop.killAndRestart((catalog) => void catalog.prepare('UPDATE items SET upload_attempt = 1').run())
  await shop.reach({ nas: { port: sshd.port } })

  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await mkdir(folder, { recursive: true })
  const days = (count: number): Date => new Date(Date.now() - count * 24 * 3600_000)
  const place = async (name: string, age: Date): Promise<string> => {
    await writeFile(join(folder, name), name)
    await utimes(join(folder, name), age, age)
    return name
  }
  await place(`.galley-${randomUUID()}-1.part`, days(2))
  await place(`.galley-${randomUUID()}-12.part`, days(400))
  const [twin, target] = [`.galley-${randomUUID()}-1.part`, await place('as after a cut rename.png', days(3))]
  await link(join(folder, target), join(folder, twin))
  const left = [
    target,
    await place(`.galley-${randomUUID()}-1.part`, days(0.5)),
    await place(`.galley-${open?.id}-1.part`, days(9)),
    await place(`.galley-${randomUUID()}-1.png`, days(9)),
    await place(`.galley-${randomUUID()}.part`, days(9)),
    await place(`.galley-notes-1.part`, days(9)),
    await place(`x.galley-${randomUUID()}-1.part`, days(9)),
    await place(`.galley-${randomUUID()}-1.part.bak`, days(9)),
    `.galley-${randomUUID()}-1.part`,
    `.galley-${randomUUID()}-2.part`,
  ]
  await mkdir(join(folder, left.at(-1) ?? '', "a person's"), { recursive: true })
  await utimes(join(folder, left.at(-1) ?? ''), days(9), days(9))
  await symlink('/etc/hostname', join(folder, left.at(-2) ?? ''))
  await lutimes(join(folder, left.at(-2) ?? ''), days(9), days(9))
  await shop.rest(await shop.drop(await writeDesigns(join(shop.drops, 'more'), [2])))
  await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(left.length + 1), 20_000)
  // The item that may go on keeps the number that it has.
  expect((await readdir(folder)).sort()).toEqual([...left, 'UV 2 UVDTF 16oz_2.png'].sort())
})
