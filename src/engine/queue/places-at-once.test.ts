import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { openQueueContext } from '../../../test/support/queue-context.ts'
import type { ReachedPlace } from '../../shared/api/places.ts'
import { ok } from '../../shared/domain/result.ts'
import type { NasAccess, PlaceMark } from '../../shared/worker/transfer.ts'
import { createPlaces } from './places.ts'

const FIRST = '00000000-0000-4000-8000-00000000000f'
const idOf = (letter: string): string => `00000000-0000-4000-8000-00000000000${letter}`

/** Lets what workstations ask go on one by one, in an order that is drawn: each request is answered as a whole. */
function startTurns(order: readonly number[]) {
  const waiting: { readonly who: number; readonly go: () => void }[] = []
  let drawn = 0
  let going = false
  const next = (): void => {
    if (going || waiting.length === 0) return
    going = true
    // Whoever else is about to ask has asked by then.
    setTimeout(() => {
      const who = order[drawn++ % order.length] ?? 0
      const at = Math.max(
        0,
        waiting.findIndex((one) => one.who === who),
      )
      going = false
      waiting.splice(at, 1)[0]?.go()
      next()
    }, 2)
  }
  return async <T>(who: number, work: () => T): Promise<T> => {
    await new Promise<void>((go) => {
      waiting.push({ who, go })
      next()
    })
    return work()
  }
}

test('workstations that mark one further folder at the same moment agree on one place, in whatever order they come through', {
  timeout: 120_000,
}, async () => {
  const anyOrder = fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      anyOrder,
      fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3, maxLength: 3 }),
      async (order, letters) => {
        const turn = startTurns(order)
        const marks = new Set<string>()
        const places = [FIRST]
        const answer = () => places.map((id) => ({ id, name: 'nas /designs', hostKeys: [] }))
        const service = createServer(async (request, response) => {
          const reached = request.method === 'GET' ? null : ((await json(request)) as ReachedPlace)
          const status = await turn(Number(request.headers.authorization?.at(-1)), () => {
            const isKnown = reached === null || reached.isFurther === true || places.includes(reached.id)
            if (isKnown && reached !== null && !places.includes(reached.id)) places.push(reached.id)
            return isKnown ? 'known' : 'other'
          })
          response.end(JSON.stringify({ status, places: answer() }))
        })
        await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
        const { port } = service.address() as AddressInfo
        const open = async (letter: string, who: number) => {
          const shop = await openTestCatalog()
          const { catalog, shopId } = shop
          const nas = { host: 'nas', port: 22, user: 'me', root: '/designs' }
          const backendUrl = `http://127.0.0.1:${port}`
          await catalog.write(() => catalog.shops.saveShop({ id: shopId, name: 'Shop', kind: 'real', nas, backendUrl }))
          const call = (method: string, { id }: { readonly id?: string }) =>
            turn(who, () => {
              if (method === 'markPlace' && id !== undefined) marks.add(id)
              return ok<PlaceMark>({ ids: [...marks].sort(), obstacle: null })
            })
          const created = createPlaces(
            { ...openQueueContext(catalog).context, newId: () => idOf(letter) },
            {
              transfer: { call: call as never },
              access: {
                secret: async () => `token-${who}`,
                place: () => Promise.reject(new Error('the shop has a backend')),
              },
              feed: { catchUp: async () => ok(null) },
            },
          )
          const access: NasAccess = { nas, hostKey: 'SHA256:nas', maxConnections: 1 }
          // A mark of which the service was not told yet is none of the shop's: it is looked again, as uploads do.
          const prove = async (): Promise<void> => {
            while (!(await created.prove(shopId, access)).ok);
          }
          return { shop, prove, place: () => catalog.places.of(shopId)?.id }
        }
        const stations = await Promise.all(letters.map(open))
        await Promise.all(stations.map(({ prove }) => prove()))
        const agreed = new Set(stations.map(({ place }) => place()))
        // Who comes later finds all marks, and takes the same.
        const late = await open('d', 0)
        await late.prove()
        expect([...agreed.add(late.place())]).toHaveLength(1)
        service.closeAllConnections()
        service.close()
        for (const { shop } of [...stations, late]) await shop[Symbol.asyncDispose]()
      },
    ),
    {
      numRuns: 6,
      examples: [
        [
          [1, 1, 0, 0, 2, 1, 1, 0, 0, 0, 0, 0],
          ['b', 'c', 'a'],
        ],
      ],
    },
  )
})
