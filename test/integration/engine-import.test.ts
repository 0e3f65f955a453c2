import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { claimFolder } from '../../src/engine/library/claim-folder.ts'
import type { DesignRecord } from '../../src/shared/api/records.ts'
import { ok } from '../../src/shared/domain/result.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { sampleRecord } from '../support/sample-record.ts'

const { sshd, backend } = await shareServers()
const signal = new AbortController().signal

/** Two workstations of a shop, and a folder of the NAS with designs from before Galley: three have a number. */
async function openTwo() {
  const name = `team ${randomUUID()}`
  const token = await backend.addShop(name)
  const ana = await openEngineShop({ sshd, backend, token })
  const other = (await backend.backend.addToken(name, 'ben'))?.token ?? ''
  const ben = await openEngineShop({ sshd, backend, token: other, nasRoot: ana.nasRoot })
  const folder = join(ana.nasRoot, 'old')
  const paths = await writeDesigns(folder, [1, 2, 3, 4])
  for (const [at, path] of paths.slice(0, 3).entries())
    await rename(path, join(folder, `UV ${at + 5} UVDTF 16oz_${at + 5}.png`))
  return {
    token,
    ana,
    ben,
    folder,
    async [Symbol.asyncDispose]() {
      await ana[Symbol.asyncDispose]()
      await ben[Symbol.asyncDispose]()
    },
  }
}

function importFolder({ engine, templateId }: EngineShop, folder: string, remoteFolder?: string) {
  return engine.peer.call('importDesigns', {
    folder,
    templateId,
    ...(remoteFolder === undefined ? {} : { remoteFolder }),
  })
}

async function designCount({ engine }: EngineShop): Promise<number | undefined> {
  return expectOk(await engine.peer.call('listShops', null))[0]?.designCount
}

test('one workstation reads a folder for the shop: the others know its designs, with pictures, and read them not again', async () => {
  await using two = await openTwo()
  const { ana, ben, folder } = two
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ imported: 4, shared: 3, failed: 0 })
  const records = await ana.records()
  expect(records.map(({ number, remotePath, imported }) => [number, remotePath, imported]).sort()).toEqual(
    [5, 6, 7].map((number) => [number, join(folder, `UV ${number} UVDTF 16oz_${number}.png`), true]),
  )
  await expect.poll(() => designCount(ben), { timeout: 20_000 }).toBe(3)
  const designId = records[0]?.id ?? ''
  await vi.waitFor(async () => {
    const path = expectOk(await ben.engine.peer.call('thumbnail', { designId }))
    expect((await readFile(path ?? '')).length).toBeGreaterThan(0)
  }, 20_000)

  // Nobody sends them once more, and no number of theirs is given again.
  const same = join(ben.drops, 'same.png')
  await copyFile(join(folder, 'UV 5 UVDTF 16oz_5.png'), same)
  const [other = ''] = await writeDesigns(ben.drops, [9])
  const receipt = await ben.rest(await ben.drop([same, other], { onSimilar: 'keep' }))
  expect(receipt.map(({ outcome }) => outcome).sort()).toEqual(['done', 'skipped'])

  // Only what has no record is read.
  expect(expectOk(await importFolder(ben, folder, folder))).toMatchObject({ imported: 1, unchanged: 3, shared: 0 })
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ imported: 0, unchanged: 4, shared: 0 })
  expect((await ana.records()).filter(({ imported }) => imported === true)).toHaveLength(3)
})

test('what was imported before records were sent is shared by the next import, as the design that it is', async () => {
  await using two = await openTwo()
  const { ana, folder } = two
  expect(expectOk(await importFolder(ana, folder))).toMatchObject({ imported: 4, shared: 0 })
  expect(await ana.records()).toEqual([])
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ known: 3, unchanged: 1, shared: 3 })
  expect(await ana.records()).toHaveLength(3)
  expect(await designCount(ana)).toBe(4)
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ unchanged: 4, shared: 0 })
})

test('while one reads a folder, another is told who does, and since when', async () => {
  await using two = await openTwo()
  const { ana, folder, token } = two
  const client = backend.client(token)
  const claim = expectOk(
    await claimFolder({ service: async () => ok(client), newId: randomUUID }, 'UVDTF 16oz', folder),
  )
  expect(await importFolder(ana, folder, folder)).toMatchObject({
    failure: { code: 'import-elsewhere', detail: { says: 'held-by', device: expect.any(String) } },
  })
  expect(await designCount(ana)).toBe(0)
  await claim.release()
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ imported: 4 })
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ unchanged: 4 })
})

test('where nobody answers it is read all the same, and its records wait', async () => {
  await using two = await openTwo()
  const { ana, folder, token } = two
  const connect = async (to: string): Promise<void> => {
    ana.secrets['backend-token'] = to
    expectOk(await ana.engine.peer.call('secretsChanged', { shopId: ana.shopId }))
  }
  await connect('nobody knows this one')
  expect(expectOk(await importFolder(ana, folder, folder))).toMatchObject({ imported: 4, shared: 3 })
  expect(expectOk(await ana.engine.peer.call('status', null)).outboxCount).toBe(3)
  await connect(token)
  await expect.poll(async () => (await ana.records()).length, { timeout: 20_000 }).toBe(3)
})

test('what Galley keeps aside in a folder is no design', async () => {
  await using two = await openTwo()
  const { ana, folder } = two
  const aside = join(folder, 'aside')
  await mkdir(aside)
  const [design = ''] = await writeDesigns(join(ana.drops, 'x'), [8])
  for (const name of [`galley-removed-${randomUUID()}-UV 9 UVDTF 16oz_9.png`, `galley-${randomUUID()}.old.png`])
    await copyFile(design, join(aside, name))
  await writeFile(join(aside, '.galley-hidden.png'), await readFile(design))
  expect(expectOk(await importFolder(ana, aside, aside))).toMatchObject({ imported: 0, known: 0, failed: 0 })
})

test('the record of an upload takes the place of what was imported before it came, and of nothing else', async () => {
  const client = backend.client(await backend.addShop(`team ${randomUUID()}`))
  const found = sampleRecord(1, { imported: true })
  const { number, remotePath, fingerprint, storedSha256 } = found
  const at = (n: number, more: Partial<DesignRecord>) => sampleRecord(n, { number, remotePath, ...more })
  const send = async (record: DesignRecord) =>
    expectOk(await client.sendBatch(randomUUID(), [record], signal)).outcomes[0]
  const ids = async () => expectOk(await client.hashFeed(0, 10, signal)).entries.map(({ id }) => id)
  await send(found)
  // Another file, and the same found once more.
  expect(await send(at(2, {}))).toMatchObject({ status: 'rejected', code: 'path-taken' })
  expect(await send(at(3, { fingerprint, storedSha256, imported: true }))).toMatchObject({ status: 'rejected' })
  const uploaded = at(4, { fingerprint, storedSha256 })
  expect(await send(uploaded)).toEqual({ status: 'created', id: uploaded.id })
  expect(await ids()).toEqual([uploaded.id])
  expect(await send(at(5, { fingerprint, storedSha256 }))).toMatchObject({ status: 'rejected', code: 'path-taken' })
})
