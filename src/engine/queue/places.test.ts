import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import type { ReachedPlace } from '../../shared/api/places.ts'
import { failure } from '../../shared/domain/failure.ts'
import { ok } from '../../shared/domain/result.ts'
import type { NasAccess, PlaceMark } from '../../shared/worker/transfer.ts'
import { createPlaces, type SaidPlace } from './places.ts'

const [MINE, OTHER] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']
const PROVEN = { ok: true, value: null }
const REFUSED = { ok: false, failure: { code: 'place-other' } }

interface Scene {
  /** At the NAS's root. */
  readonly marked?: string
  /** A colleague marks it at the same moment, and tells of it first. */
  readonly rival?: string
  /** Places of the shop at its service; null: it does not answer. */
  readonly places?: readonly string[] | null
  /** What this workstation has proven before. */
  readonly before?: string
  readonly isReadOnly?: boolean
}

/** A workstation, the mark at the root of its NAS, and what its service knows. */
async function open({ marked, rival, places = [], before, isReadOnly = false }: Scene) {
  const shop = await openTestCatalog()
  const { catalog, shopId } = shop
  const queue = openQueueContext(catalog)
  const nas = { marked: new Set(marked === undefined ? [] : [marked]), reads: 0 }
  const known = new Set(places)
  const told: ReachedPlace[] = []
  const service = createServer(async (request, response) => {
    if (places === null) return void response.writeHead(404).end()
    const answer = () => [...known].map((id) => ({ id, name: 'nas /designs', hostKeys: [] }))
    if (request.method === 'GET') return void response.end(JSON.stringify({ places: answer() }))
    const reached = (await json(request)) as ReachedPlace
    const isOther = known.size > 0 && !known.has(reached.id) && reached.isFurther !== true
    if (!isOther) {
      known.add(reached.id)
      told.push(reached)
    }
    response.end(JSON.stringify({ status: isOther ? 'other' : 'known', places: answer() }))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    service.closeAllConnections()
    service.close()
    await shop[Symbol.asyncDispose]()
  })
  const { port } = service.address() as AddressInfo
  const access = (root = '/designs'): NasAccess => {
    return { nas: { host: 'nas', port: 22, user: 'me', root }, hostKey: 'SHA256:nas', maxConnections: 1 }
  }
  await catalog.write(() => {
    const backendUrl = `http://127.0.0.1:${port}`
    catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas: access().nas, backendUrl })
    if (before !== undefined) catalog.places.prove(shopId, { id: before, root: '/designs', isTold: true })
  })
  const call = async (method: string, { id }: { readonly id?: string }) => {
    nas.reads++
    const obstacle = method === 'markPlace' && isReadOnly ? failure('nas-read-only') : null
    if (method === 'markPlace' && !isReadOnly && id !== undefined) {
      nas.marked.add(id)
      if (rival !== undefined) for (const all of [nas.marked, known]) all.add(rival)
    }
    return ok<PlaceMark>({ ids: [...nas.marked].sort(), obstacle })
  }
  let heard = 0
  const created = createPlaces(
    { ...queue.context, newId: () => MINE },
    {
      transfer: { call: call as never },
      access: { secret: async () => 'token', place: () => Promise.reject(new Error('the shop has a backend')) },
      feed: {
        async catchUp() {
          heard++
          return ok(null)
        },
      },
    },
  )
  return {
    nas,
    told,
    pass: queue.pass,
    heard: () => heard,
    prove: (root?: string) => created.prove(shopId, access(root)),
    settle: (said: SaidPlace) => created.settle(shopId, access(), said),
    place: () => catalog.places.of(shopId),
  }
}

test('the first workstation marks the folder, tells of it, and hears its colleagues anew; asked again soon, it does not look', async () => {
  const scene = await open({})
  expect(await Promise.all([scene.prove(), scene.prove()])).toEqual([PROVEN, PROVEN])
  expect(scene.nas).toEqual({ marked: new Set([MINE]), reads: 3 })
  expect(scene.told).toEqual([
    { id: MINE, name: 'nas /designs', root: '/designs', hostKey: 'SHA256:nas', isFurther: false },
  ])
  expect(scene.place()).toMatchObject({ id: MINE, root: '/designs' })
  expect(scene.heard()).toBe(1)
  await scene.prove()
  expect(scene.nas.reads).toBe(3)
  scene.pass(3600_000)
  await scene.prove()
  expect(scene.nas.reads).toBe(4)
})

test.for<[string, Scene]>([
  ['a place of the shop', { marked: MINE, places: [OTHER, MINE] }],
  ['the place that it was, while the service is away', { marked: MINE, before: MINE, places: null }],
  ['another of the places of the shop', { marked: OTHER, before: MINE, places: [MINE, OTHER] }],
])('%s is worked on', async ([, state]) => {
  const scene = await open(state)
  expect(await scene.prove()).toEqual(PROVEN)
  expect(scene.place()?.id).toBe(state.marked)
})

test.for<[string, Scene]>([
  ['a folder that names a place of somebody else', { marked: OTHER, places: [MINE] }],
  ['one whose mark is gone', { before: MINE, places: [MINE] }],
  ['one whose mark is gone, while the service is away', { before: MINE, places: null }],
  [
    'one that names another place than before, while nobody can be asked',
    { marked: OTHER, before: MINE, places: null },
  ],
])('%s is not, nothing is made there, and it is looked at again at once', async ([, state]) => {
  const scene = await open(state)
  expect(await scene.prove()).toMatchObject(REFUSED)
  expect([...scene.nas.marked]).toEqual(state.marked === undefined ? [] : [state.marked])
  expect(scene.told).toEqual([])
  scene.nas.marked.add(MINE)
  expect(await scene.prove()).toEqual(PROVEN)
})

test.for<[string, Scene]>([
  ['nothing may be written at the root', { isReadOnly: true }],
  ['the service is away, or knows nothing of places', { places: null }],
  ['the service is away, whatever place it is', { marked: OTHER, places: null }],
])('where %s, the place stays unknown, nothing is held up, and it is tried again later', async ([, state]) => {
  const scene = await open(state)
  expect(await scene.prove()).toEqual(PROVEN)
  expect(scene.place()).toBeNull()
  const { reads } = scene.nas
  await scene.prove()
  expect(scene.nas.reads).toBe(reads)
  scene.pass(61_000)
  await scene.prove()
  expect(scene.nas.reads).toBeGreaterThan(reads)
})

test('a workstation that was nowhere yet takes a folder without a mark as a further place of the shop', async () => {
  const scene = await open({ places: [OTHER] })
  expect(await scene.prove()).toEqual(PROVEN)
  expect(scene.place()?.id).toBe(MINE)
  expect(scene.told).toMatchObject([{ id: MINE, isFurther: true }])
})

test('of two that mark a folder at the same moment, the second takes the place of which the first told', async () => {
  const scene = await open({ rival: OTHER })
  expect(await scene.prove()).toEqual(PROVEN)
  expect(scene.place()).toMatchObject({ id: OTHER, isTold: false })
  expect(scene.told).toEqual([])
})

test('by another path to the same place nobody is asked, and the service is still to be told', async () => {
  const scene = await open({ marked: MINE, before: MINE, places: null })
  expect(await scene.prove('/')).toEqual(PROVEN)
  expect(scene.place()).toEqual({ id: MINE, root: '/', isTold: false })
})

test('a person says that a folder is a further place, or the one whose mark was lost', async () => {
  const further = await open({ before: OTHER, places: [OTHER] })
  expect(await further.settle('further')).toEqual(PROVEN)
  expect(further.place()?.id).toBe(MINE)
  expect(further.told).toMatchObject([{ id: MINE, isFurther: true }])

  const lost = await open({ before: OTHER, places: [OTHER] })
  expect(await lost.settle({ id: MINE })).toMatchObject(REFUSED)
  expect(lost.nas.marked.size).toBe(0)
  expect(await lost.settle({ id: OTHER })).toEqual(PROVEN)
  expect([...lost.nas.marked]).toEqual([OTHER])

  // What a folder is, its mark says, whatever a person thinks.
  const astray = await open({ marked: MINE, places: [OTHER] })
  expect(await astray.settle({ id: OTHER })).toMatchObject(REFUSED)
  const away = await open({ places: null })
  expect(await away.settle('further')).toMatchObject({ failure: { code: 'backend-unreachable' } })
})
