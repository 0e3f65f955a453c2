import { randomBytes } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'

const { sshd, backend } = await shareServers()

function nameOf(number: number): string {
  return `UV ${number} UVDTF 16oz_${number}.png`
}

/** The numbers that the files have on the NAS, in the order of the drop; null where one has none. */
function numbersOf(receipt: readonly ReceiptLine[]): (number | null)[] {
  return receipt.map(({ remotePath }) => (remotePath === null ? null : Number(/UV (\d+) /.exec(remotePath)?.[1])))
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => n + first)
}

/** Designs of which the first are much larger: the others are stored before them. */
async function writeLargeFirst(folder: string): Promise<string[]> {
  const sources = await writeDesigns(folder, upTo(24))
  for (const path of sources.slice(0, 2)) {
    const raw = { width: 1_600, height: 1_600, channels: 3 } as const
    await writeFile(
      path,
      await sharp(randomBytes(raw.width * raw.height * 3), { raw })
        .png()
        .toBuffer(),
    )
  }
  return sources
}

test('numbers follow the natural order of names, though the first file is stored last, and the engine is killed meanwhile', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeLargeFirst(shop.drops)
  await shop.limit(2_000_000)
  const batchId = await shop.drop([...sources].reverse(), { onSimilar: 'keep' })
  await shop.until(batchId, (items) => items.some(({ stage }) => stage === 'done'))
  const waiting = (await shop.items(batchId)).filter(({ stage }) => stage === 'waiting' || stage === 'uploading')
  expect(waiting[0]).toMatchObject({ seq: 0, reservedName: nameOf(1), remotePath: null })
  await shop.killAndRestart()
  await shop.limit(null)
  expect(await shop.differences(batchId, sources)).toEqual([])
  expect(numbersOf(await shop.rest(batchId))).toEqual(upTo(24))
})

test('the number of a file that is cancelled while it waits goes to the next drop, at whatever place', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, upTo(6))
  await shop.reach({ nas: { port: 1 } })
  const first = await shop.drop([shop.drops], { onSimilar: 'keep' })
  await shop.until(first, (items) => items.length === 6 && items.every(({ stage }) => stage === 'waiting'))
  const itemIds = (await shop.items(first)).filter(({ seq }) => seq === 1 || seq === 3).map(({ id }) => id)
  expectOk(await shop.engine.peer.call('cancel', { batchId: first, itemIds }))
  await shop.reach({ nas: { port: sshd.port } })
  const more = await writeDesigns(join(shop.drops, 'more'), upTo(9, 7))
  const second = await shop.drop([join(shop.drops, 'more')], { onSimilar: 'keep' })
  const receipts = [await shop.rest(first), await shop.rest(second)]
  expect(receipts.map(numbersOf)).toEqual([
    [1, null, 3, null, 5, 6],
    [2, 4, 7],
  ])
  expect([sources.length, more.length]).toEqual([6, 3])
})

/** Files of somebody else in the template's folder. */
async function placeForeign(shop: EngineShop, names: readonly string[]): Promise<void> {
  const folder = join(shop.nasRoot, 'Test shop', 'UVDTF 16oz')
  await mkdir(folder, { recursive: true })
  for (const path of [join(folder, '..'), folder]) await chmod(path, 0o777)
  for (const name of names) await writeFile(join(folder, name), 'theirs')
}

test('[files from before] a drop into a folder with files of any extension goes on after them, in its order', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const before = upTo(30).map((number) => (number % 2 === 0 ? nameOf(number) : nameOf(number).replace('.png', '.psd')))
  await placeForeign(shop, before)
  await writeLargeFirst(shop.drops)
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  expect(numbersOf(await shop.rest(batchId))).toEqual(upTo(54, 31))
})

test('[files from before] of a drop only those get another number whose own another file has, and in their order', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  await placeForeign(shop, [nameOf(2), nameOf(4).replace('.png', '.tif'), nameOf(7).replace('.png', '.PSD')])
  await writeDesigns(shop.drops, upTo(5))
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  expect(numbersOf(await shop.rest(batchId))).toEqual([1, 6, 3, 8, 5])
})
