import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { anyPlace, openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination, sampleItem } from '../../../test/support/sample-item.ts'
import { type FailureCode, failure } from '../../shared/domain/failure.ts'
import type { Item } from '../../shared/domain/item.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { noteTwin } from '../items/twins.ts'
import type { NasParts } from './nas-access.ts'
import { createTwins } from './twins.ts'

const NAS = { host: 'nas', port: 22, user: 'galley', root: '/shop', identityFile: '/key' }
const OTHER = { id: 'theirs', template: 'UVDTF 16oz', number: 2, remotePath: '/shop/UV 2.png', device: 'Packing table' }
const { fingerprint } = sampleExamination
const { sha256 } = fingerprint

/** A done item that a colleague has stored as well, and a NAS that answers so. */
async function openTwins(answers: { withdraw?: FailureCode; reinstate?: FailureCode } = {}) {
  const shop = await openTestCatalog()
  const queue = openQueueContext(shop.catalog)
  const { catalog, shopId, templateId } = shop
  await shop.addBatch('b')
  await shop.addItem('item-1', 'b', 'done')
  const design = { shopId, templateId, fileName: 'a.png', copy: 0, fingerprint }
  await catalog.write(() => {
    catalog.shops.saveShop({ id: shopId, name: 'Test shop', kind: 'real', nas: NAS, backendUrl: null })
    catalog.designs.addKnown({ ...design, id: 'item-1' }, { number: 1, remotePath: '/shop/UV 1.png', sha256 })
    catalog.designs.addKnown({ ...design, id: 'theirs' }, { number: 2, remotePath: OTHER.remotePath, sha256 })
    noteTwin(catalog, 'item-1', OTHER)
  })
  const call = async (method: string) => {
    const code = method === 'withdraw' || method === 'reinstate' ? answers[method] : undefined
    return code === undefined ? ok(null) : fail(failure(code))
  }
  const transfer = { call } as unknown as NasParts['transfer']
  const host = { secret: async () => null, agentPath: null }
  return {
    catalog,
    templateId,
    twins: createTwins(queue.context, { transfer, host, places: anyPlace }),
    stateOf: () => catalog.twins.get('item-1')?.state,
    async [Symbol.asyncDispose]() {
      queue[Symbol.dispose]()
      await shop[Symbol.asyncDispose]()
    },
  }
}

test.each([
  ['a bug over there', 'internal', 'withdrawing'],
  ['a worker that ended', 'worker-gone', 'withdrawing'],
  ['a connection that broke', 'connection-lost', 'withdrawing'],
  ['a folder that may not be written to', 'permission-denied', 'open'],
  ['another file under the name', 'design-altered', 'open'],
  ["a colleague's file that is gone", 'twin-gone', 'open'],
] as const)(
  'what is withdrawn as far as %s is settled by itself only where it may have been',
  async (_, withdraw, state) => {
    await using shop = await openTwins({ withdraw })
    expect(await shop.twins.withdraw('item-1')).toMatchObject({ ok: false, failure: { code: withdraw } })
    expect([shop.stateOf(), shop.catalog.outbox.count(), shop.catalog.designs.stateOf('item-1')]).toEqual([
      state,
      0,
      'known',
    ])
  },
)

test.each([
  ['a bug over there', 'internal', 'reinstating'],
  ['a connection that broke', 'connection-lost', 'reinstating'],
  ['a folder that may not be written to', 'permission-denied', 'withdrawn'],
  ['a name that is taken', 'remote-conflict', 'withdrawn'],
  ['a file that is gone', 'design-gone', 'dropped'],
] as const)('what is brought back as far as %s is known as that', async (_, reinstate, state) => {
  await using shop = await openTwins({ reinstate })
  expect(await shop.twins.withdraw('item-1')).toEqual(ok(null))
  expect(await shop.twins.undo('item-1')).toMatchObject({ ok: false, failure: { code: reinstate } })
  expect([shop.stateOf(), shop.catalog.designs.stateOf('item-1')]).toEqual([state, null])
})

test('the record of one that was brought back must be there before it can be taken back again', async () => {
  await using shop = await openTwins()
  const { catalog, twins } = shop
  expect(await twins.withdraw('item-1')).toEqual(ok(null))
  expect(await twins.undo('item-1')).toEqual(ok(null))
  expect(catalog.outbox.count()).toBe(2)
  expect(await twins.withdraw('item-1')).toMatchObject({ failure: { code: 'conflict' } })
  expect([shop.stateOf(), catalog.outbox.count()]).toEqual(['open', 2])
})

test('a file is dropped only once its record is over for certain', async () => {
  await using shop = await openTwins()
  const { catalog, twins } = shop
  expect(await twins.withdraw('item-1')).toEqual(ok(null))
  const later = 8 * 24 * 3600_000
  expect(catalog.twins.due(later, [], [], 9)).toEqual([])
  expect(await twins.dropKept('shop-1')).toEqual(ok({ files: 0 }))
  await catalog.write(() => catalog.twins.taken('item-1'))
  expect(catalog.twins.due(later, [], [], 9)).toMatchObject([{ itemId: 'item-1' }])
  expect(catalog.twins.due(later, ['shop-1'], [], 9)).toEqual([])
  expect(catalog.twins.kept()).toEqual([{ shopId: 'shop-1', files: 1, bytes: 10 }])
  expect(await twins.dropKept('shop-1')).toEqual(ok({ files: 1 }))
  expect([shop.stateOf(), catalog.twins.kept()]).toEqual(['dropped', []])
})

test.each([
  ['kept beside another', { copy: 1 }],
  ['in the place of a design', { decided: { decision: 'replace', review: reviewOf('theirs') } }],
] as const)('a design that was stored %s because somebody said so is not asked about', async (_, change) => {
  await using shop = await openTwins()
  const { catalog } = shop
  await catalog.write(() => {
    catalog.items.add('said', 'b', 'shop-1', shop.templateId, 5, {
      ...sampleItem('done').source,
      path: '/drop/said.png',
    })
    catalog.items.save({ ...sampleItem('done', { batchId: 'b', seq: 5, ...change }), id: 'said' })
    expect(noteTwin(catalog, 'said', OTHER)).toEqual([])
    // Nor is one of this computer's own.
    expect(noteTwin(catalog, 'item-1', { ...OTHER, id: 'said' })).toEqual([])
  })
  expect(catalog.twins.get('said')).toBe(null)
})

function reviewOf(id: string): NonNullable<Item['decided']>['review'] {
  const match = { kind: 'exact', against: 'design', id, fileName: 'a.png', phashDistance: 0, dhashDistance: 0 } as const
  return { stage: 'review', examination: sampleExamination, matches: [{ ...match, correlation: 1 }] }
}
