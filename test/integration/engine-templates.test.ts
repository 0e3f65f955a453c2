import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DEFAULT_NAME_PATTERN, type Template } from '../../src/shared/domain/shop.ts'
import type { KnownTemplate } from '../../src/shared/domain/template.ts'
import type { TestBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, shareServers, writeDesigns } from '../support/engine-shop.ts'
import { copiedFolder, startSetBackBackend } from '../support/set-back.ts'

vi.setConfig({ testTimeout: 180_000 })

const { sshd, backend } = await shareServers()
const SOON = { timeout: 40_000, interval: 50 }

/** A workstation of a shop of the service, with a token of its own; the NAS is the first one's. */
async function openWorkstation(service: TestBackend, name: string, first?: EngineShop): Promise<EngineShop> {
  const added =
    first === undefined ? await service.backend.addShop(name, 'one') : await service.backend.addToken(name, 'another')
  const nasRoot = first === undefined ? {} : { nasRoot: first.nasRoot }
  const shop = await openEngineShop({ sshd, backend: service, token: added?.token ?? '', ...nasRoot })
  onTestFinished(() => shop[Symbol.asyncDispose]())
  return shop
}

async function openTeam(service: TestBackend = backend) {
  const name = `team ${randomUUID()}`
  const one = await openWorkstation(service, name)
  return { name, one, other: await openWorkstation(service, name, one) }
}

async function templates({ engine, shopId }: EngineShop): Promise<readonly KnownTemplate[]> {
  const setups = expectOk(await engine.peer.call('listShops', null))
  return setups.find(({ shop }) => shop.id === shopId)?.templates ?? []
}

const brief = async (shop: EngineShop): Promise<(string | number)[][]> =>
  (await templates(shop)).map(({ name, dpi, revision }) => [name, dpi, revision])

const first = async (shop: EngineShop): Promise<KnownTemplate> => {
  const found = (await templates(shop)).find(({ id }) => id === shop.templateId)
  if (found === undefined) throw new Error('the first template is gone')
  return found
}

function cup(shopId: string, change: Partial<Template> = {}): Template {
  const print = {
    widthInches: 4,
    heightInches: 4,
    dpi: 300,
    fit: 'contain',
    namePattern: DEFAULT_NAME_PATTERN,
  } as const
  return { id: randomUUID(), shopId, name: 'Cup', ...print, ...change }
}

/** Changes the first template, of the revision that is known here or that was seen. */
async function change(shop: EngineShop, part: Partial<Template>, seen?: number) {
  const { id, shopId, name, widthInches, heightInches, dpi, fit, namePattern } = await first(shop)
  const rules = { id, shopId, name, widthInches, heightInches, dpi, fit, namePattern }
  return shop.engine.peer.call('saveTemplate', { ...rules, ...part, ...(seen === undefined ? {} : { seen }) })
}

test('a template that is made or changed on one workstation is so on the other, which files under it as well', async () => {
  const { one, other } = await openTeam()
  expect(await first(other)).toMatchObject({ revision: 1, sharedId: (await first(one)).sharedId })
  expectOk(await one.engine.peer.call('saveTemplate', cup(one.shopId)))
  await expect
    .poll(() => brief(other), SOON)
    .toEqual([
      ['Cup', 300, 1],
      ['UVDTF 16oz', 300, 1],
    ])
  expectOk(await change(other, { name: 'Big cup', dpi: 200 }))
  await expect
    .poll(() => brief(one), SOON)
    .toEqual([
      ['Big cup', 200, 2],
      ['Cup', 300, 1],
    ])

  // It is called otherwise by now, and lies where it lay.
  const [path = '', another = ''] = await writeDesigns(one.drops, [1, 2])
  const [stored] = await one.rest(await one.drop([path]))
  expect(stored).toMatchObject({ outcome: 'done', remotePath: expect.stringContaining('/Test shop/UVDTF 16oz/UV 1 ') })
  expect(await one.records()).toMatchObject([{ template: 'UVDTF 16oz', templateId: (await first(other)).sharedId }])
  const receipt = await other.rest(await other.drop([path, another], { onSimilar: 'keep' }))
  expect(receipt.map(({ outcome }) => outcome)).toEqual(['skipped', 'done'])
  expect(receipt[1]?.remotePath).toMatch(/\/Test shop\/UVDTF 16oz\/UV 2 UVDTF 16oz_2\.png$/)
})

test('a change of a revision that another workstation has changed is refused, both are known, and a person may save over it', async () => {
  const { one, other } = await openTeam()
  expectOk(await change(one, { dpi: 200 }))
  // It was drawn before that.
  expect(await change(other, { dpi: 600 }, 1)).toMatchObject({ failure: { code: 'template-changed' } })
  expect(await brief(other)).toEqual([['UVDTF 16oz', 200, 2]])
  expectOk(await change(other, { dpi: 600 }, 2))
  await expect.poll(() => brief(one), SOON).toEqual([['UVDTF 16oz', 600, 3]])
  // The same twice is no conflict.
  expectOk(await change(one, { dpi: 600 }, 1))
  // A new one of a name that the shop has is that one, or none.
  const same = { ...(await first(other)), id: randomUUID() }
  expect(expectOk(await other.engine.peer.call('saveTemplate', same)).templateId).toBe(other.templateId)
  const unlike = await other.engine.peer.call('saveTemplate', { ...same, dpi: 1 })
  expect(unlike).toMatchObject({ failure: { detail: { says: 'template-exists' } } })
})

test('while the service is away templates are read and not changed, uploads go on; a shop that keeps its own changes them at any time', async () => {
  await using service = await startSetBackBackend(copiedFolder)
  const one = await openWorkstation(service, 'shop')
  await service.stop()
  for (const refused of [await change(one, { dpi: 200 }), await one.engine.peer.call('saveTemplate', cup(one.shopId))])
    expect(refused).toMatchObject({ failure: { code: 'templates-read-only' } })
  expect(await brief(one)).toEqual([['UVDTF 16oz', 300, 1]])
  const [path = ''] = await writeDesigns(one.drops, [1])
  const batchId = await one.drop([path])
  expect(await one.rest(batchId)).toMatchObject([{ remotePath: expect.stringContaining('UV 1 ') }])
  await service.start()
  await vi.waitFor(async () => expectOk(await change(one, { dpi: 200 })), SOON)

  await one.reach({ backendUrl: null })
  expectOk(await change(one, { dpi: 100 }))
  expectOk(await one.engine.peer.call('saveTemplate', cup(one.shopId)))
  // What was changed meanwhile is not the shop's: a person is asked.
  await one.reach({ backendUrl: service.url })
  await expect.poll(async () => (await first(one)).theirs, SOON).toMatchObject({ dpi: 200, revision: 2 })
  const token = one.secrets['backend-token'] ?? ''
  const there = async () =>
    expectOk(await service.client(token).templates(AbortSignal.timeout(10_000)))?.map(({ name, dpi }) => [name, dpi])
  await expect.poll(there, SOON).toEqual([
    ['Cup', 300],
    ['UVDTF 16oz', 200],
  ])
})

test('at pairing equal templates are one, those known on one side are known on both, and a person decides about others', async () => {
  const name = `team ${randomUUID()}`
  const one = await openWorkstation(backend, name)
  const second = cup(one.shopId, { name: 'Second', dpi: 100 })
  expectOk(await one.engine.peer.call('saveTemplate', cup(one.shopId)))
  expectOk(await one.engine.peer.call('saveTemplate', second))

  await using alone = await openEngineShop({ sshd, backend: null, nasRoot: one.nasRoot })
  const { peer } = alone.engine
  const [unlike, own] = [cup(alone.shopId, { dpi: 72 }), cup(alone.shopId, { name: 'Own' })]
  const mine = cup(alone.shopId, { name: 'Second', dpi: 50 })
  for (const template of [unlike, own, mine]) expectOk(await peer.call('saveTemplate', template))
  alone.secrets['backend-token'] = (await backend.backend.addToken(name, 'alone'))?.token ?? ''
  await alone.reach({ backendUrl: backend.url })

  await expect
    .poll(() => brief(one), SOON)
    .toEqual([
      ['Cup', 300, 1],
      ['Own', 300, 1],
      ['Second', 100, 1],
      ['UVDTF 16oz', 300, 1],
    ])
  expect((await first(alone)).sharedId).toBe((await first(one)).sharedId)
  const asked = async () =>
    (await templates(alone)).flatMap(({ name, dpi, theirs }) => (theirs === null ? [] : [[name, dpi, theirs.dpi]]))
  expect(await asked()).toEqual([
    ['Cup', 72, 300],
    ['Second', 50, 100],
  ])
  // Until then it is worked by what is here.
  const [path = '', later = ''] = await writeDesigns(alone.drops, [1, 2])
  expect(await alone.rest(await alone.drop([path], {}, unlike.id))).toMatchObject([{ outcome: 'done' }])

  expectOk(await peer.call('settleTemplate', { templateId: unlike.id, kept: 'shop' }))
  expectOk(await peer.call('settleTemplate', { templateId: mine.id, kept: 'mine' }))
  expect(await asked()).toEqual([])
  const settled = [
    ['Cup', 300, 1],
    ['Own', 300, 1],
    ['Second', 50, 2],
    ['UVDTF 16oz', 300, 1],
  ]
  expect(await brief(alone)).toEqual(settled)
  await expect.poll(() => brief(one), SOON).toEqual(settled)
  const ids = async (shop: EngineShop) => (await templates(shop)).map(({ sharedId }) => sharedId)
  expect(await ids(alone)).toEqual(await ids(one))
  expect(await alone.rest(await alone.drop([later], { onSimilar: 'keep' }, unlike.id))).toMatchObject([
    { outcome: 'done' },
  ])
})

test('[backend set back] templates that the service lost come back from the workstations, with their last changes', async () => {
  await using service = await startSetBackBackend(copiedFolder)
  const one = await openWorkstation(service, 'shop')
  await service.keep()
  expectOk(await change(one, { dpi: 200 }))
  expectOk(await one.engine.peer.call('saveTemplate', cup(one.shopId)))
  const lost = await brief(one)
  await service.setBack()
  const { client } = service
  const there = async () => {
    const all = expectOk(await client(one.secrets['backend-token'] ?? '').templates(AbortSignal.timeout(10_000)))
    return all?.map(({ name, dpi, revision }) => [name, dpi, revision])
  }
  expect(await there()).toEqual([['UVDTF 16oz', 300, 1]])
  await one.restart('SIGTERM')
  await expect.poll(there, SOON).toEqual(lost)
  expect(await brief(one)).toEqual(lost)
})
