import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LibraryStats, LibraryVerification, TemplateNames } from '../../shared/domain/library.ts'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/picture.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { copiesFolder } from '../catalog/copies.ts'
import { inspectCatalog } from '../catalog/inspect.ts'
import { type Catalog, catalogFile } from '../catalog/open-catalog.ts'
import { derivedFolder } from '../catalog/rebuild.ts'
import type { SimilarityIndex } from '../similarity/similarity-index.ts'

export interface LookAfterParts {
  readonly catalog: Catalog
  readonly index: SimilarityIndex
  readonly dataDir: string
}

/** What a person can ask of the library and have done to it. Each reads all of it. */
export interface LookAfter {
  stats(): Promise<LibraryStats>
  /** Compares the database with itself, and the index files with the database. Changes nothing. */
  verify(): Promise<LibraryVerification>
  /** Makes the index files anew; how many designs are in each template's. */
  rebuildIndex(): Promise<readonly (TemplateNames & { readonly designs: number })[]>
}

export function createLookAfter({ catalog, index, dataDir }: LookAfterParts): LookAfter {
  /** Of every template of every shop, one after the other. */
  const ofEach = async <T>(work: (templateId: string) => Promise<T>): Promise<(TemplateNames & T)[]> => {
    const told: (TemplateNames & T)[] = []
    for (const shop of catalog.shops.shops()) {
      for (const { id, name } of catalog.shops.templates(shop.id)) {
        told.push({ shopName: shop.name, templateName: name, ...(await work(id)) })
      }
    }
    return told
  }

  const designsOf = (templateId: string) => {
    const counts = catalog.counts.designs(templateId)
    const sum = (rows: typeof counts): number => rows.reduce((total, { count }) => total + count, 0)
    const versions = Map.groupBy(counts, ({ hashVersion }) => hashVersion)
    return {
      known: sum(counts.filter(({ state }) => state === 'known')),
      pending: sum(counts.filter(({ state }) => state === 'pending')),
      hashVersions: Object.fromEntries([...versions].map(([version, rows]) => [version, sum(rows)])),
    }
  }

  return {
    async stats() {
      const file = catalogFile(dataDir)
      return {
        templates: await ofEach(async (id) => ({ ...designsOf(id), index: await index.verify(id) })),
        items: catalog.counts.items(),
        outboxCount: catalog.outbox.count(),
        hashVersion: HASH_ALGORITHM_VERSION,
        bytes: {
          catalog: (await bytesOf(file)) + (await bytesOf(`${file}-wal`)),
          copies: await bytesOf(copiesFolder(dataDir)),
          index: await bytesOf(derivedFolder(dataDir)),
          thumbnails: await bytesOf(join(dataDir, 'thumbs')),
          logs: await bytesOf(join(dataDir, 'logs')),
        },
      }
    },
    async verify() {
      const inspected = inspectCatalog(catalogFile(dataDir), dataDir, 'thorough')
      return {
        databaseFault: inspected.ok ? null : (describeDetail(inspected.failure.detail) ?? inspected.failure.message),
        templates: await ofEach(async (id) => ({ index: await index.verify(id) })),
      }
    },
    rebuildIndex: () => ofEach(async (id) => ({ designs: await index.rebuild(id) })),
  }
}

/** Of a file, or of all that is in a folder; 0 where there is none. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isDirectory()) return found?.size ?? 0
  let bytes = 0
  for await (const { name } of await opendir(path)) bytes += await bytesOf(join(path, name))
  return bytes
}
