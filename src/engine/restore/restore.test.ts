import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { expectOk } from '../../../test/support/engine.ts'
import { anyPlace } from '../../../test/support/queue-context.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { NasParts } from '../queue/nas-access.ts'
import { createRestore } from './restore.ts'

const NAS = { host: 'nas', port: 22, user: 'galley', root: '/tray', identityFile: '/key' }
const DESIGNS = 40

test.each([
  ['worker that does not start', 'worker-broken', 'few'],
  ['disk that is full', 'disk-full', 'few'],
  ['NAS that refuses the sign-in', 'needs-sign-in', 'few'],
  ['file that is gone', 'design-gone', 'all'],
  ['folder that may not be read', 'permission-denied', 'few'],
] as const)('a %s fails the designs that would meet the same: %s, %s of them are tried', async (_, code, tried) => {
  await using shop = await openTestCatalog()
  const { catalog, shopId, templateId } = shop
  const { fingerprint } = sampleExamination
  await catalog.write(() => {
    catalog.shops.saveShop({ id: shopId, name: 'Test shop', kind: 'real', nas: NAS, backendUrl: null })
    for (let number = 1; number <= DESIGNS; number += 1) {
      const place = { number, remotePath: `/tray/UV ${number}.png`, sha256: fingerprint.sha256 }
      const design = { id: `design ${number}`, shopId, templateId, fileName: 'a.png', copy: number, fingerprint }
      catalog.designs.addKnown(design, place)
    }
  })
  const call = async (method: string) => (method === 'get' ? fail(failure(code)) : ok(null))
  const restore = createRestore({
    catalog,
    host: { secret: async () => null, agentPath: null, random: () => 0 },
    places: anyPlace,
    transfer: { call } as unknown as NasParts['transfer'],
    feed: { catchUp: async () => ok(null) },
  })
  const request = { shopId, folder: shop.dataDir }
  const summary = expectOk(await restore(request, new AbortController().signal, () => undefined))
  expect(summary).toMatchObject({ restored: 0, present: 0, left: DESIGNS - summary.failed })
  if (tried === 'all') expect(summary.failed).toBe(DESIGNS)
  else expect(summary.failed).toBeLessThan(DESIGNS / 2)
})
