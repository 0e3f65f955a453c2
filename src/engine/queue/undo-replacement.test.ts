import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'
import { anyPlace, openQueueContext } from '../../../test/support/queue-context.ts'
import { sampleExamination } from '../../../test/support/sample-item.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { NasParts } from './nas-access.ts'
import { createUndoReplacement } from './undo-replacement.ts'

const NAS = { host: 'nas', port: 22, user: 'galley', root: '/tray', identityFile: '/key' }
const PLACE = { number: 1, remotePath: '/tray/UV 1.png' }

test.each([
  ['a bug over there', 'internal', 'undoing'],
  ['a worker that ended', 'worker-gone', 'undoing'],
  ['a connection that broke', 'connection-lost', 'undoing'],
  ['a folder that may not be written to', 'permission-denied', 'kept'],
  ['another file under the name', 'design-altered', 'kept'],
  ['an old file that is gone', 'design-gone', 'dropped'],
] as const)(
  'a replacement that is taken back as far as %s is settled by itself only where it may have been',
  async (_, code, state) => {
    await using shop = await openTestCatalog()
    using queue = openQueueContext(shop.catalog)
    const { catalog, shopId, templateId } = shop
    await shop.addBatch('b')
    await shop.addItem('new', 'b', 'done')
    const { fingerprint } = sampleExamination
    const old = { id: 'old', shopId, templateId, fileName: 'old.png', copy: 0, fingerprint }
    await catalog.write(() => {
      catalog.shops.saveShop({ id: shopId, name: 'Test shop', kind: 'real', nas: NAS, backendUrl: null })
      catalog.designs.addKnown(old, { ...PLACE, sha256: fingerprint.sha256 })
      catalog.replaced.add('new', templateId, PLACE, '/tray/.galley-new.old', 0)
    })
    const call = async (method: string) => (method === 'takeBack' ? fail(failure(code)) : ok(null))
    const replacements = createUndoReplacement(queue.context, {
      transfer: { call } as unknown as NasParts['transfer'],
      host: { secret: async () => null, agentPath: null },
      places: anyPlace,
    })
    expect(await replacements.undo('new')).toMatchObject({ ok: false, failure: { code } })
    expect(catalog.replaced.get('new')?.state).toBe(state)
    expect(catalog.items.get('new')?.state.stage).toBe('done')
  },
)
