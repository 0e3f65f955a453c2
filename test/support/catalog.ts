import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Catalog, openCatalog } from '../../src/engine/catalog/open-catalog.ts'
import { withNumber } from '../../src/engine/items/reserved-number.ts'
import type { Priority } from '../../src/shared/domain/batch.ts'
import type { DuplicatePolicy } from '../../src/shared/domain/match.ts'
import { DEFAULT_NAME_PATTERN } from '../../src/shared/domain/shop.ts'
import type { Stage } from '../../src/shared/domain/stages.ts'
import { expectOk } from './engine.ts'
import { sampleItem } from './sample-item.ts'

/** A catalog in a folder of its own, removed at the end, with one shop and one template. */
export interface TestCatalog extends AsyncDisposable {
  readonly catalog: Catalog
  readonly dataDir: string
  readonly shopId: string
  readonly templateId: string
  /** Adds a batch whose walk has ended. */
  addBatch(id: string, state?: 'scanning' | 'active' | 'paused', priority?: Priority, of?: string): Promise<void>
  /** Adds another template to the shop. */
  addTemplate(id: string): Promise<void>
  /** Adds an item to a batch, in the sample state of that stage. */
  addItem(id: string, batchId: string, stage: Stage): Promise<void>
  /** Puts an item into the sample state of that stage. */
  move(id: string, stage: Stage): Promise<void>
}

const PRINT = {
  namePattern: DEFAULT_NAME_PATTERN,
  widthInches: 9,
  heightInches: 4,
  dpi: 300,
  fit: 'contain',
} as const
const POLICY: DuplicatePolicy = { onDuplicate: 'skip', onSimilar: 'review' }

export async function openTestCatalog(): Promise<TestCatalog> {
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-catalog-'))
  const catalog = expectOk(openCatalog(dataDir, Date.now, () => undefined))
  const [shopId, templateId] = ['shop-1', 'template-1']
  await catalog.write(() => {
    catalog.shops.saveShop({ id: shopId, name: 'Test shop', kind: 'real', nas: null, backendUrl: null })
    catalog.shops.saveTemplate({ id: templateId, shopId, name: 'UVDTF 16oz', ...PRINT })
  })
  const move = (id: string, stage: Stage): void => {
    const item = catalog.items.get(id)
    if (item === null) throw new Error(`no item ${id}`)
    catalog.items.save(withNumber(catalog, { ...item, state: sampleItem(stage).state }))
  }
  return {
    catalog,
    dataDir,
    shopId,
    templateId,
    addTemplate: (id) => catalog.write(() => catalog.shops.saveTemplate({ id, shopId, name: id, ...PRINT })),
    addBatch: (id, state = 'active', priority = 'normal', of = templateId) =>
      catalog.write(() => {
        const paths = state === 'scanning' ? ['/drop'] : []
        const batch = {
          id,
          shopId,
          templateId: of,
          createdAt: 1,
          policy: POLICY,
          priority,
          state,
          ignoredCount: 0,
          linksOut: 0,
        }
        catalog.batches.add(batch, paths)
      }),
    addItem: (id, batchId, stage) =>
      catalog.write(() => {
        const { source } = sampleItem(stage)
        const seq = catalog.items.pathsOf(batchId).length
        const of = catalog.batches.get(batchId)?.templateId ?? templateId
        catalog.items.add(id, batchId, shopId, of, seq, { ...source, path: `/drop/${id}.png` })
        move(id, stage)
      }),
    move: (id, stage) => catalog.write(() => move(id, stage)),
    async [Symbol.asyncDispose]() {
      await catalog.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
