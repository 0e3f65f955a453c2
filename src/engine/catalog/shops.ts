import type { Database } from 'better-sqlite3'
import { DEFAULT_MATCHING, type MatchingPreset } from '../../shared/domain/match.ts'
import { nasSchema, type PinnedHostKey, preparationSchema, type Shop, type Template } from '../../shared/domain/shop.ts'
import { asRead } from './as-read.ts'

const SHOP = 'id, name, kind, nas, backend_url AS backendUrl, matching'
const TEMPLATE = `id, shop_id AS shopId, name, width_inches AS widthInches, height_inches AS heightInches, dpi, fit,
  preparation, name_pattern AS namePattern`

interface ShopRow extends Omit<Shop, 'nas' | 'matching'> {
  readonly nas: string | null
  readonly matching: MatchingPreset | null
}
interface TemplateRow extends Omit<Template, 'preparation'> {
  readonly preparation: string | null
}

/** Shops, their templates, and the host keys that were trusted. */
export function createShops(database: Database) {
  const shopById = database.prepare<[string], ShopRow>(`SELECT ${SHOP} FROM shops WHERE id = ?`)
  const allShops = database.prepare<[], ShopRow>(`SELECT ${SHOP} FROM shops ORDER BY name`)
  const upsertShop = database.prepare(
    `INSERT INTO shops (id, name, kind, nas, backend_url, matching)
     VALUES (@id, @name, @kind, @nas, @backendUrl, @matching)
     ON CONFLICT (id) DO UPDATE SET name = @name, kind = @kind, nas = @nas, backend_url = @backendUrl,
       matching = @matching`,
  )
  const templateById = database.prepare<[string], TemplateRow>(`SELECT ${TEMPLATE} FROM templates WHERE id = ?`)
  const templatesOf = database.prepare<[string], TemplateRow>(
    `SELECT ${TEMPLATE} FROM templates WHERE shop_id = ? ORDER BY name`,
  )
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
    shop: (id: string): Shop | null => asRead(shopById.get(id), shopOf),
    shops: (): Shop[] => allShops.all().map(shopOf),
    saveShop: (shop: Shop): void => {
      const nas = shop.nas === null ? null : JSON.stringify(shop.nas)
      upsertShop.run({ ...shop, nas, matching: shop.matching ?? null })
    },
    template: (id: string): Template | null => asRead(templateById.get(id), templateOf),
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

function shopOf({ nas, matching, ...row }: ShopRow): Shop {
  const shop = { ...row, nas: nas === null ? null : nasSchema.parse(JSON.parse(nas)) }
  return matching === null ? shop : { ...shop, matching }
}

function templateOf({ preparation, ...row }: TemplateRow): Template {
  return preparation === null ? row : { ...row, preparation: preparationSchema.parse(JSON.parse(preparation)) }
}
