import { posix } from 'node:path'
import type { DesignRecord } from '../../shared/api/records.ts'
import type { Examination, Item, StoredFile } from '../../shared/domain/item.ts'
import type { Catalog } from '../catalog/open-catalog.ts'

/** The design's record as the backend gets it; made once, when the file is stored, and never changed. */
export function recordOf(
  { shops, places }: Pick<Catalog, 'shops' | 'places'>,
  item: Pick<Item, 'id' | 'shopId' | 'templateId' | 'source'>,
  { picture, fingerprint, thumbnail }: Examination,
  stored: Pick<StoredFile, 'designId' | 'number' | 'remotePath' | 'sizeBytes' | 'sha256'>,
  now: number,
  replaces: string | null = null,
): DesignRecord {
  const template = shops.template(item.templateId)
  if (template === null) throw new Error(`item ${item.id} without a template`)
  return {
    id: stored.designId,
    template: template.code,
    ...(template.revision === 0 ? {} : { templateId: template.sharedId }),
    number: stored.number,
    fileName: posix.basename(stored.remotePath),
    // A name from Windows may hold half a character, which no database takes.
    originalName: item.source.fileName.toWellFormed(),
    remotePath: stored.remotePath,
    ...places.told(item.shopId, stored.remotePath),
    sizeBytes: stored.sizeBytes,
    picture,
    fingerprint,
    storedSha256: stored.sha256,
    uploadedAt: new Date(now).toISOString(),
    ...(thumbnail === undefined ? {} : { thumbnail }),
    ...(replaces === null ? {} : { replaces }),
  }
}
