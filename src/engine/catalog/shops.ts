import type { Database } from 'better-sqlite3'
import { DEFAULT_MATCHING, type MatchingPreset } from '../../shared/domain/match.ts'
import { nasSchema, type PinnedHostKey, preparationSchema, type Shop, type Template } from '../../shared/domain/shop.ts'

interface ShopRow {
  id: string
  name: string
  kind: 'real' | 'practice'
  nas: string | null
  backend_url: string | null
  matching: MatchingPreset | null
}
interface TemplateRow {
  id: string
  shop_id: string
  name: string
  width_inches: number
  height_inches: number
  dpi: number
  fit: Template['fit']
  preparation: string | null
  name_pattern: string
}

/** Shops, their templates, and the host keys that were trusted. */
export type Shops = ReturnType<typeof createShops>

export function createShops(database: Database) {
  const shopById = database.prepare<[string], ShopRow>('SELECT * FROM shops WHERE id = ?')
  const allShops = database.prepare<[], ShopRow>('SELECT * FROM shops ORDER BY name')
  const upsertShop = database.prepare(
    `INSERT INTO shops (id, name, kind, nas, backend_url, matching)
     VALUES (@id, @name, @kind, @nas, @backendUrl, @matching)
     ON CONFLICT (id) DO UPDATE SET name = @name, kind = @kind, nas = @nas, backend_url = @backendUrl,
       matching = @matching`,
  )
  const templateById = database.prepare<[string], TemplateRow>('SELECT * FROM templates WHERE id = ?')
  const templatesOf = database.prepare<[string], TemplateRow>('SELECT * FROM templates WHERE shop_id = ? ORDER BY name')
  const matchingOf = database
    .prepare<[string], MatchingPreset | null>(
      'SELECT matching FROM shops WHERE id = (SELECT shop_id FROM templates WHERE id = ?)',
    )
    .pluck()
  const upsertTemplate = database.prepare(
    `INSERT INTO templates (id, shop_id, name, width_inches, height_inches, dpi, fit, preparation, name_pattern)
     VALUES (@id, @shopId, @name, @widthInches, @heightInches, @dpi, @fit, @preparation, @namePattern)
     ON CONFLICT (id) DO UPDATE SET name = @name, width_inches = @widthInches, height_inches = @heightInches,
       dpi = @dpi, fit = @fit, preparation = @preparation, name_pattern = @namePattern`,
  )
  const hostKey = database.prepare<[string, number], PinnedHostKey>(
    'SELECT host, port, fingerprint, trusted_at AS trustedAt FROM host_keys WHERE host = ? AND port = ?',
  )
  const pinHostKey = database.prepare(
    `INSERT INTO host_keys VALUES (@host, @port, @fingerprint, @trustedAt)
     ON CONFLICT DO UPDATE SET fingerprint = @fingerprint, trusted_at = @trustedAt`,
  )
  const cursorOf = database.prepare<[string], number>('SELECT feed_cursor FROM shops WHERE id = ?').pluck()
  const setCursor = database.prepare('UPDATE shops SET feed_cursor = ? WHERE id = ?')
  const decisionCursorOf = database.prepare<[string], number>('SELECT decision_cursor FROM shops WHERE id = ?').pluck()
  const setDecisionCursor = database.prepare('UPDATE shops SET decision_cursor = ? WHERE id = ?')

  return {
    shop: (id: string): Shop | null => {
      const row = shopById.get(id)
      return row === undefined ? null : shopOf(row)
    },
    shops: (): Shop[] => allShops.all().map(shopOf),
    saveShop: (shop: Shop): void => {
      const nas = shop.nas === null ? null : JSON.stringify(shop.nas)
      upsertShop.run({ ...shop, nas, matching: shop.matching ?? null })
    },
    template: (id: string): Template | null => {
      const row = templateById.get(id)
      return row === undefined ? null : templateOf(row)
    },
    templates: (shopId: string): Template[] => templatesOf.all(shopId).map(templateOf),
    /** How much has to agree in the template's shop. */
    matchingOf: (templateId: string): MatchingPreset => matchingOf.get(templateId) ?? DEFAULT_MATCHING,
    saveTemplate: ({ preparation, ...template }: Template): void => {
      upsertTemplate.run({ ...template, preparation: preparation === undefined ? null : JSON.stringify(preparation) })
    },
    hostKey: (host: string, port: number): PinnedHostKey | null => hostKey.get(host, port) ?? null,
    pinHostKey: (key: PinnedHostKey): void => void pinHostKey.run(key),
    /** Where the shop's hash feed was read to. */
    feedCursor: (shopId: string): number => cursorOf.get(shopId) ?? 0,
    setFeedCursor: (shopId: string, cursor: number): void => void setCursor.run(cursor, shopId),
    /** Where the feed of the shop's decisions was read to. */
    decisionCursor: (shopId: string): number => decisionCursorOf.get(shopId) ?? 0,
    setDecisionCursor: (shopId: string, cursor: number): void => void setDecisionCursor.run(cursor, shopId),
  }
}

function shopOf(row: ShopRow): Shop {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    nas: row.nas === null ? null : nasSchema.parse(JSON.parse(row.nas)),
    backendUrl: row.backend_url,
    ...(row.matching === null ? {} : { matching: row.matching }),
  }
}

function templateOf(row: TemplateRow): Template {
  return {
    id: row.id,
    shopId: row.shop_id,
    name: row.name,
    widthInches: row.width_inches,
    heightInches: row.height_inches,
    dpi: row.dpi,
    fit: row.fit,
    ...(row.preparation === null ? {} : { preparation: preparationSchema.parse(JSON.parse(row.preparation)) }),
    namePattern: row.name_pattern,
  }
}
