import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleRecord } from '../../../test/support/sample-record.ts'
import { failure } from '../../shared/domain/failure.ts'
import { createThumbnails } from './thumbnails.ts'

const bytes = Buffer.from('RIFF')
const thumbnail = createHash('sha256').update(bytes).digest('hex')
const record = sampleRecord(1, { thumbnail })

/** Thumbnails of a shop whose service answers every request with `answer`. */
async function openThumbnails(answer: Buffer) {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const opened = await openTestCatalog()
  const { catalog, shopId, dataDir } = opened
  const queue = openQueueContext(catalog)
  await catalog.write(() => {
    const backendUrl = `http://127.0.0.1:${port}`
    catalog.shops.saveShop({ id: shopId, name: 'Team', kind: 'real', nas: null, backendUrl })
    catalog.kept.keepDesigns(shopId, [record])
  })
  const place = () => expect.unreachable()
  const thumbnails = createThumbnails(queue.context, { secret: async () => 'token', place }, dataDir)
  return {
    asked,
    shopId,
    ...queue,
    thumbnails,
    fetched: join(dataDir, 'fetched'),
    async [Symbol.asyncDispose]() {
      await thumbnails.stop()
      queue[Symbol.dispose]()
      server.closeAllConnections()
      server.close()
      await opened[Symbol.asyncDispose]()
    },
  }
}

test('a picture is asked for once, however many look, and what is no such picture is not kept', async () => {
  await using team = await openThumbnails(bytes)
  const both = await Promise.all([team.thumbnails.fetch(record.id), team.thumbnails.fetch(record.id)])
  const path = join(team.fetched, `${thumbnail}.thumb`)
  expect([...both, await team.thumbnails.fetch(record.id)]).toEqual(Array(3).fill({ ok: true, value: path }))
  expect(team.asked).toEqual([`/v1/blobs/${thumbnail}`])

  await using other = await openThumbnails(Buffer.from('<html>'))
  expect(await other.thumbnails.fetch(record.id)).toMatchObject({ failure: { code: 'backend-unreachable' } })
  other.holds.add({ kind: 'backend', shopId: other.shopId }, failure('backend-unreachable'))
  expect(await other.thumbnails.fetch(record.id)).toMatchObject({ ok: false })
  expect(other.asked).toHaveLength(1)
})

test('of 4,000 pictures that were fetched the oldest go when one more comes', { timeout: 60_000 }, async () => {
  await using team = await openThumbnails(bytes)
  mkdirSync(team.fetched)
  for (let n = 0; n < 4_000; n++) {
    const path = join(team.fetched, `${n}.thumb`)
    writeFileSync(path, '')
    if (n < 1_000) utimesSync(path, 1, 1)
  }
  expect(await team.thumbnails.fetch(record.id)).toMatchObject({ ok: true })
  const left = readdirSync(team.fetched)
  expect(left).toHaveLength(3_001)
  expect(left).toContain(`${thumbnail}.thumb`)
  expect(left).not.toContain('999.thumb')
})
