import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { PLACE_FOLDER } from '../../src/shared/domain/place.ts'
import { startBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { startSshd } from '../support/sshd.ts'

const isRoot = process.getuid?.() === 0
// sshd wants all of the way to a virtual root to be root's alone: not in /tmp.
const outside = isRoot ? await mkdtemp('/srv/galley-places-') : null
if (outside !== null) await chmod(outside, 0o755)
const [sshd, backend] = await Promise.all([
  startSshd(outside === null ? {} : { root: outside, config: [] }),
  startBackend(),
])
/** The same folders below a virtual root, as a workstation at home comes to them. */
const chrooted =
  outside === null
    ? null
    : await startSshd({ root: outside, config: [`ChrootDirectory ${outside}`, 'ForceCommand internal-sftp'] })
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await chrooted?.[Symbol.asyncDispose]()
  await sshd[Symbol.asyncDispose]()
  if (outside !== null) await rm(outside, { recursive: true })
})
const NEEDS_ROOT = 'needs root: a virtual root'

/** A folder of the NAS, as both servers have it. */
async function makeFolder(name = `designs-${randomUUID()}`): Promise<{ lan: string; vpn: string }> {
  const lan = join(sshd.root, name)
  await mkdir(lan)
  await chmod(lan, 0o777)
  return { lan, vpn: `/${name}` }
}

/** Two workstations of a shop with a name each: one comes to the folder by its whole path, the other below a virtual root. */
async function openTeam(folder: { lan: string; vpn: string }) {
  if (chrooted === null) throw new Error(NEEDS_ROOT)
  const name = `team ${randomUUID()}`
  const token = (await backend.backend.addShop(name, 'lan'))?.token ?? ''
  const other = (await backend.backend.addToken(name, 'vpn'))?.token ?? ''
  const lan = await openEngineShop({ sshd, backend, token, nasRoot: folder.lan })
  const vpn = await openEngineShop({ sshd: chrooted, backend, token: other, nasRoot: folder.lan })
  await vpn.reach({ nas: { root: folder.vpn } })
  onTestFinished(async () => {
    await lan[Symbol.asyncDispose]()
    await vpn[Symbol.asyncDispose]()
  })
  return { name, lan, vpn }
}

const dropOne = async (shop: EngineShop, path: string, policy = {}) =>
  (await shop.rest(await shop.drop([path], policy)))[0]

async function restoreAll(shop: EngineShop, name = 'back'): Promise<string[]> {
  const folder = join(shop.drops, name)
  const { shopId } = shop
  expect(expectOk(await shop.engine.peer.call('restore', { shopId, folder }))).toMatchObject({ failed: 0, left: 0 })
  return (await readdir(folder)).sort()
}

const placeIn = async (folder: string): Promise<string | undefined> => (await readdir(join(folder, PLACE_FOLDER)))[0]

test('what one workstation stored, another that comes to the NAS by another path restores, replaces and takes back', async ({
  skip,
}) => {
  if (!isRoot) return skip(NEEDS_ROOT)
  const folder = await makeFolder()
  const { lan, vpn } = await openTeam(folder)
  const [one = '', two = ''] = await writeDesigns(lan.drops, [1, 2])
  expect(await dropOne(lan, one)).toMatchObject({ outcome: 'done', remotePath: expect.stringContaining(folder.lan) })
  expect(await dropOne(lan, two, { onSimilar: 'keep' })).toMatchObject({ outcome: 'done' })
  const place = await placeIn(folder.lan)
  expect(await lan.records()).toMatchObject([
    { placeId: place, path: 'Test shop/UVDTF 16oz/UV 1 UVDTF 16oz_1.png' },
    { placeId: place },
  ])
  expect(await restoreAll(vpn)).toEqual(['UV 1 UVDTF 16oz_1.png', 'UV 2 UVDTF 16oz_2.png'])

  // A look-alike takes the first one's place, and is taken back.
  const edit = join(vpn.drops, 'brighter.png')
  await sharp(one).modulate({ brightness: 1.05 }).png({ compressionLevel: 0 }).toFile(edit)
  const before = await readFile(join(folder.lan, 'Test shop', 'UVDTF 16oz', 'UV 1 UVDTF 16oz_1.png'))
  const batchId = await vpn.drop([edit])
  await vpn.rest(batchId)
  const [item] = await vpn.items(batchId)
  expectOk(await vpn.engine.peer.call('decide', { itemIds: [item?.id ?? ''], decision: 'replace' }))
  const old = (await lan.records()).find(({ number }) => number === 1)
  expect(await vpn.rest(batchId)).toMatchObject([
    { outcome: 'done', remotePath: `${folder.vpn}/Test shop/UVDTF 16oz/UV 1 UVDTF 16oz_1.png` },
  ])
  const records = await lan.records()
  expect(records.map(({ number }) => number).sort()).toEqual([1, 2])
  expect(records.find(({ number }) => number === 1)).toMatchObject({ replaces: old?.id, placeId: place })
  expectOk(await vpn.engine.peer.call('undoDecisions', { itemIds: [item?.id ?? ''] }))
  expect(await readFile(join(folder.lan, 'Test shop', 'UVDTF 16oz', 'UV 1 UVDTF 16oz_1.png'))).toEqual(before)
  await expect.poll(async () => (await lan.records()).find(({ number }) => number === 1)?.id).toBe(old?.id)
})

test('records from before there were places are restored by who comes to the NAS by another path', async ({ skip }) => {
  if (!isRoot) return skip(NEEDS_ROOT)
  const folder = await makeFolder()
  const { name, lan, vpn } = await openTeam(folder)
  // The root may not be written to: nothing is held up, and its place stays unknown.
  await mkdir(join(folder.lan, 'Test shop'))
  await chmod(join(folder.lan, 'Test shop'), 0o777)
  await chmod(folder.lan, 0o755)
  await lan.reach({ nas: { user: sshd.testUser?.user ?? '' } })
  const [one = ''] = await writeDesigns(lan.drops, [1])
  expect(await dropOne(lan, one)).toMatchObject({ outcome: 'done' })
  expect((await lan.records())[0]).not.toHaveProperty('placeId')
  expect((await backend.backend.listPlaces()).find(({ shop }) => shop === name)).toMatchObject({
    places: [],
    unplaced: 1,
  })

  await chmod(folder.lan, 0o777)
  await lan.restart('SIGTERM')
  await restoreAll(lan)
  expect(await lan.records()).toMatchObject([{ placeId: await placeIn(folder.lan) }])
  expect((await backend.backend.listPlaces()).find(({ shop }) => shop === name)).toMatchObject({ unplaced: 0 })
  expect(await restoreAll(vpn)).toEqual(['UV 1 UVDTF 16oz_1.png'])
})

test('a workstation that goes to the NAS by another path finds all that it stored', async ({ skip }) => {
  if (!isRoot || chrooted === null) return skip(NEEDS_ROOT)
  const folder = await makeFolder()
  const { lan } = await openTeam(folder)
  const [one = ''] = await writeDesigns(lan.drops, [1])
  expect(await dropOne(lan, one)).toMatchObject({ outcome: 'done' })
  const { host, port, hostKeyFingerprint } = chrooted
  expectOk(await lan.engine.peer.call('trustHostKey', { host, port, fingerprint: hostKeyFingerprint }))
  await lan.reach({ nas: { ...chrooted.nas, root: folder.vpn } })
  expect(await restoreAll(lan)).toEqual(['UV 1 UVDTF 16oz_1.png'])
})

test("[another place] nothing is sent to a folder that is not the shop's, until a person says that it is", async () => {
  await using lan = await openEngineShop({ sshd, backend })
  const [one = '', two = ''] = await writeDesigns(lan.drops, [1, 2])
  expect(await dropOne(lan, one)).toMatchObject({ outcome: 'done' })
  const place = await placeIn(lan.nasRoot)
  const token = lan.secrets['backend-token'] ?? ''
  await using astray = await openEngineShop({ sshd, backend, token, nasRoot: lan.nasRoot })
  expect(await restoreAll(astray, 'before')).toEqual(['UV 1 UVDTF 16oz_1.png'])
  const elsewhere = await makeFolder()
  await astray.reach({ nas: { root: elsewhere.lan } })
  const { peer } = astray.engine
  const { shopId } = astray
  const batchId = await astray.drop([two], { onSimilar: 'keep' })
  await astray.until(
    batchId,
    ([item]) =>
      item?.hold !== null &&
      item?.hold !== undefined &&
      'failure' in item.hold &&
      item.hold.failure.code === 'place-other',
  )
  expect(await readdir(elsewhere.lan)).toEqual([])
  const nas = { ...sshd.nas, root: elsewhere.lan }
  const steps = expectOk(await peer.call('testConnection', { shopId, nas }))
  expect(steps.at(-1)).toMatchObject({ step: 'place', ok: false, failure: { code: 'place-other' } })
  expect(await peer.call('settlePlace', { shopId, said: { id: randomUUID() } })).toMatchObject({
    failure: { code: 'place-other' },
  })
  expect(await readdir(elsewhere.lan)).toEqual([])

  expectOk(await peer.call('settlePlace', { shopId, said: 'further' }))
  expect(await astray.rest(batchId)).toMatchObject([{ outcome: 'done' }])
  const further = await placeIn(elsewhere.lan)
  expect(expectOk(await peer.call('nasPlace', { shopId }))).toMatchObject({
    here: { id: further },
    places: [{ id: place }, { id: further }],
  })
  expect((await lan.records()).map(({ placeId }) => placeId)).toEqual([place, further])
  // What lies at the other NAS is known, and not looked for here.
  expect(await restoreAll(astray)).toEqual(['UV 2 UVDTF 16oz_2.png'])
  expect(expectOk(await peer.call('testConnection', { shopId, nas })).every(({ ok }) => ok)).toBe(true)
})

test('a mark that names another place holds uploads, and one that was lost is made again when a person says so', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  const [one = '', two = ''] = await writeDesigns(shop.drops, [1, 2])
  expect(await dropOne(shop, one)).toMatchObject({ outcome: 'done' })
  const id = await placeIn(shop.nasRoot)
  const mark = join(shop.nasRoot, PLACE_FOLDER)
  await rename(join(mark, id ?? ''), join(mark, randomUUID()))
  await shop.restart('SIGTERM')
  const batchId = await shop.drop([two], { onSimilar: 'keep' })
  const isHeld = (items: Awaited<ReturnType<EngineShop['items']>>): boolean =>
    items.some(({ hold }) => hold !== null && 'failure' in hold && hold.failure.code === 'place-other')
  await shop.until(batchId, isHeld)
  await rm(mark, { recursive: true })
  const { shopId } = shop
  expectOk(await shop.engine.peer.call('settlePlace', { shopId, said: { id: id ?? '' } }))
  expect(await shop.rest(batchId)).toMatchObject([{ outcome: 'done' }])
  expect(await placeIn(shop.nasRoot)).toBe(id)
})

test('two workstations that come to an empty NAS at once agree on one place', async () => {
  const token = await backend.addShop(`team ${randomUUID()}`)
  await using one = await openEngineShop({ sshd, backend, token })
  await using other = await openEngineShop({ sshd, backend, token, nasRoot: one.nasRoot })
  const drop = async (shop: EngineShop, seed: number) => {
    const [path = ''] = await writeDesigns(shop.drops, [seed])
    return dropOne(shop, path, { onSimilar: 'keep' })
  }
  expect(await Promise.all([drop(one, 1), drop(other, 2)])).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
  const id = await placeIn(one.nasRoot)
  for (const shop of [one, other]) {
    expect(expectOk(await shop.engine.peer.call('nasPlace', { shopId: shop.shopId }))).toMatchObject({
      here: { id },
      places: [{ id }],
    })
  }
})

test('a shop without a backend has nothing made in its folder that was not dropped', async () => {
  await using shop = await openEngineShop({ sshd, backend })
  expectOk(
    await shop.engine.peer.call('saveShop', {
      id: shop.shopId,
      name: 'Test shop',
      kind: 'real',
      nas: { ...sshd.nas, root: shop.nasRoot },
      backendUrl: null,
    }),
  )
  const [one = ''] = await writeDesigns(shop.drops, [1])
  const batchId = await shop.drop([one])
  await shop.until(batchId, ([item]) => typeof item?.remotePath === 'string')
  expect(await readdir(shop.nasRoot)).toEqual(['Test shop'])
})
