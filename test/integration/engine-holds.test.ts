import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { MAX_ATTEMPTS } from '../../src/engine/items/transition.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { sampleRecord } from '../support/sample-record.ts'

const { sshd, backend } = await shareServers()

async function expectHeld(shop: EngineShop, batchId: string, kind: string): Promise<void> {
  const receipt = await shop.rest(batchId)
  expect(new Set(receipt.map(({ outcome }) => outcome))).toEqual(new Set(['pending']))
  expect(new Set((await shop.items(batchId)).map(({ hold }) => hold?.kind))).toEqual(new Set([kind]))
}

async function expectStored(shop: EngineShop, batchId: string, sources: readonly string[]): Promise<void> {
  expect(await shop.differences(batchId, sources)).toEqual([])
}

test('[wrong password] a wrong password holds everything after one or two tries, and the right one lets it go on', async (context) => {
  const { testUser } = sshd
  if (testUser === null) return context.skip('signing in by password needs root')
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3, 4, 5, 6])
  shop.secrets['nas-password'] = 'not this one'
  await shop.reach({ nas: { user: testUser.user, identityFile: undefined } })
  const batchId = await shop.drop([shop.drops])
  await expectHeld(shop, batchId, 'needs-sign-in')
  const refusals = sshd.log().match(/Failed password/g) ?? []
  expect(refusals.length).toBeGreaterThanOrEqual(1)
  expect(refusals.length).toBeLessThanOrEqual(2)
  shop.secrets['nas-password'] = testUser.password
  expectOk(await shop.engine.peer.call('secretsChanged', { shopId: shop.shopId }))
  await expectStored(shop, batchId, sources)
})

test('a NAS that nobody trusted gets nothing until somebody does', async () => {
  await using shop = await openEngineShop({ sshd, backend, isTrusted: false })
  const sources = await writeDesigns(shop.drops, [1, 2])
  const batchId = await shop.drop([shop.drops])
  await expectHeld(shop, batchId, 'host-key')
  const { host, port, hostKeyFingerprint: fingerprint } = sshd
  expectOk(await shop.engine.peer.call('trustHostKey', { host, port, fingerprint }))
  await expectStored(shop, batchId, sources)
})

test('[refused for a while] a NAS that is away for longer than any count of tries costs no file its chance', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2])
  await shop.reach({ nas: { port: 1 } })
  const batchId = await shop.drop([shop.drops])
  await expectHeld(shop, batchId, 'offline')
  // Each is a try of every file.
  for (let tries = 0; tries <= MAX_ATTEMPTS; tries += 1) {
    expectOk(await shop.engine.peer.call('retry', { batchId }))
    await shop.until(batchId, (items) =>
      items.every(({ stage, hold }) => stage === 'waiting' && hold?.kind === 'offline'),
    )
  }
  await shop.reach({ nas: { port: sshd.port } })
  await expectStored(shop, batchId, sources)
  // Each upload looks for what the ones before it left: those that never began must not be among them.
  const catalog = new Sqlite(join(shop.dataDir, 'catalog.sqlite'), { readonly: true })
  expect(catalog.prepare('SELECT max(upload_attempt) FROM items').pluck().get()).toBe(1)
  catalog.close()
})

test('records wait for a backend that is away, and come to it once each', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2, 3])
  await shop.reach({ backendUrl: 'http://127.0.0.1:1' })
  const batchId = await shop.drop([shop.drops])
  await expectHeld(shop, batchId, 'backend')
  expect((await shop.items(batchId)).map(({ stage }) => stage)).toEqual(['recording', 'recording', 'recording'])
  await shop.killAndRestart()
  await shop.reach({ backendUrl: backend.url })
  await expectStored(shop, batchId, sources)
})

test('[record refused] the row names the design that is in the way, and a retry records it without another upload', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const sources = await writeDesigns(shop.drops, [1, 2])
  // The backend has another design at the place of the first, until that is taken back.
  const replaces = sampleRecord(2).id
  const taken = sampleRecord(1, {
    template: 'another',
    remotePath: `${shop.nasRoot}/Test shop/UVDTF 16oz/UV 1 UVDTF 16oz_1.png`,
    replaces,
  })
  const client = backend.client(shop.secrets['backend-token'] ?? '')
  expectOk(await client.sendBatch('taken', [taken], AbortSignal.timeout(10_000)))
  const batchId = await shop.drop([shop.drops], { onSimilar: 'keep' })
  const refused = await shop.rest(batchId)
  expect(refused.map(({ outcome, reason }) => [outcome, reason]).sort()).toEqual([
    ['done', ''],
    ['failed', 'record-path-taken'],
  ])
  const failures = (await shop.items(batchId)).flatMap(({ failure }) => failure ?? [])
  expect(failures.map(({ detail }) => detail)).toEqual([`1, another, ${taken.remotePath}, test`])
  // Its file is there, and what was hashed is in the receipt.
  expect(refused.every(({ remotePath, sha256 }) => remotePath !== null && sha256 !== null)).toBe(true)

  const undone = { id: sampleRecord(3).id, designId: taken.id, replaced: replaces }
  expectOk(await client.sendUndone('undone', [undone], AbortSignal.timeout(10_000)))
  expectOk(await shop.engine.peer.call('retry', { batchId }))
  const receipt = await shop.rest(batchId)
  expect(receipt.map(({ outcome }) => outcome)).toEqual(['done', 'done'])
  expect(receipt.map(({ remotePath }) => remotePath)).toEqual(refused.map(({ remotePath }) => remotePath))
  const refusedId = refused.find(({ outcome }) => outcome === 'failed')?.sourcePath
  const ids = receipt.map(({ recordId }) => recordId)
  expect((await shop.records()).map(({ id }) => id).sort()).toEqual(ids.sort())
  expect(sources).toContain(refusedId)
})

test('what is typed for a test is tried and forgotten, so that a failed test leaves the kept token in use', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const ask = { shopId: shop.shopId, url: backend.url }
  const kept = shop.secrets['backend-token'] ?? ''
  const { peer } = shop.engine
  expectOk(await peer.call('testBackend', ask))
  const refused = await peer.call('testBackend', { ...ask, secrets: { 'backend-token': 'mistyped' } })
  expect(refused).toMatchObject({ ok: false, failure: { code: 'backend-token' } })
  expectOk(await peer.call('testBackend', ask))

  shop.secrets['backend-token'] = 'an old one'
  expectOk(await peer.call('testBackend', { ...ask, secrets: { 'backend-token': kept } }))
  expect(await peer.call('testBackend', ask)).toMatchObject({ ok: false })
})

test('a typed password is what the connection test signs in with', async (context) => {
  const { testUser } = sshd
  if (testUser === null) return context.skip('signing in by password needs root')
  await using shop = await openEngineShop({ sshd, backend })
  const nas = { host: sshd.host, port: sshd.port, user: testUser.user, root: shop.nasRoot }
  const signsIn = async (password: string): Promise<boolean | undefined> => {
    const secrets = { 'nas-password': password }
    const steps = expectOk(await shop.engine.peer.call('testConnection', { shopId: shop.shopId, nas, secrets }))
    return steps.find(({ step }) => step === 'sign-in')?.ok
  }
  expect(await signsIn('not this one')).toBe(false)
  expect(await signsIn(testUser.password)).toBe(true)
})
