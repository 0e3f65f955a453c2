import type { Database } from 'better-sqlite3'
import { DEFAULT_MATCHING, type MatchingPreset } from '../../shared/domain/match.ts'
import { nasSchema, type PinnedHostKey, preparationSchema, type Shop, type Template } from '../../shared/domain/shop.ts'
import { asRead, statementsOf } from './statements.ts'

const SHOP = `id, name, kind, nas, backend_url AS backendUrl,
  backend_fingerprint AS backendFingerprint, matching`
const TEMPLATE = `id, shop_id AS shopId, name, width_inches AS widthInches, height_inches AS heightInches, dpi, fit,
  preparation, name_pattern AS namePattern`

interface ShopRow extends Omit<Shop, 'nas' | 'backendFingerprint' | 'matching'> {
  readonly nas: string | null
  readonly backendFingerprint: string | null
  readonly matching: MatchingPreset | null
}
interface TemplateRow extends Omit<Template, 'preparation'> {
  readonly preparation: string | null
}

/** Shops, their templates, and the host keys that were trusted. */
export function createShops(database: Database) {
  const { run, set, row, rows, value, count } = statementsOf(database)
  const shopById = row<[id: string], ShopRow>(`SELECT ${SHOP} FROM shops WHERE id = ?`)
  const allShops = rows<[], ShopRow>(`SELECT ${SHOP} FROM shops ORDER BY name`)
  const upsertShop = run(
    `INSERT INTO shops (id, name, kind, nas, backend_url, backend_fingerprint, matching)
     VALUES (@id, @name, @kind, @nas, @backendUrl, @backendFingerprint, @matching)
     ON CONFLICT (id) DO UPDATE SET name = @name, kind = @kind, nas = @nas, backend_url = @backendUrl,
       backend_fingerprint = @backendFingerprint, matching = @matching`,
  )
  const templateById = row<[id: string], TemplateRow>(`SELECT ${TEMPLATE} FROM templates WHERE id = ?`)
  const templatesOf = rows<[shopId: string], TemplateRow>(
    `SELECT ${TEMPLATE} FROM templates WHERE shop_id = ? ORDER BY name`,
  )
  const matchingOf = value<[templateId: string], MatchingPreset>(
    'SELECT matching FROM shops WHERE id = (SELECT shop_id FROM templates WHERE id = ?)',
  )
  const upsertTemplate = run(
    `INSERT INTO templates (id, shop_id, name, width_inches, height_inches, dpi, fit, preparation, name_pattern)
     VALUES (@id, @shopId, @name, @widthInches, @heightInches, @dpi, @fit, @preparation, @namePattern)
     ON CONFLICT (id) DO UPDATE SET name = @name, width_inches = @widthInches, height_inches = @heightInches,
       dpi = @dpi, fit = @fit, preparation = @preparation, name_pattern = @namePattern`,
  )
  const setFeedCursor = set<number>('shops', 'feed_cursor')
  const noteRead = run<[shopId: string, exceptTemplateId: string]>(
    `UPDATE templates SET read_rev = max(read_rev, feed_cursor) FROM shops
     WHERE shops.id = shop_id AND shop_id = ? AND templates.id <> ?`,
  )

  return {
    shop: (id: string): Shop | null => asRead(shopById(id), shopOf),
    shops: (): Shop[] => allShops().map(shopOf),
    saveShop: (shop: Shop): void => {
      const nas = shop.nas === null ? null : JSON.stringify(shop.nas)
      upsertShop({
        ...shop,
        nas,
        backendFingerprint: shop.backendFingerprint ?? null,
        matching: shop.matching ?? null,
      })
    },
    template: (id: string): Template | null => asRead(templateById(id), templateOf),
    templates: (shopId: string): Template[] => templatesOf(shopId).map(templateOf),
    /** How much has to agree in the template's shop. */
    matchingOf: (templateId: string): MatchingPreset => matchingOf(templateId) ?? DEFAULT_MATCHING,
    saveTemplate: ({ preparation, ...template }: Template): void =>
      upsertTemplate({ ...template, preparation: preparation === undefined ? null : JSON.stringify(preparation) }),
    hostKey: row<[host: string, port: number], PinnedHostKey>(
      'SELECT host, port, fingerprint, trusted_at AS trustedAt FROM host_keys WHERE host = ? AND port = ?',
    ),
    pinHostKey: run<[key: PinnedHostKey]>(
      `INSERT INTO host_keys VALUES (@host, @port, @fingerprint, @trustedAt)
       ON CONFLICT DO UPDATE SET fingerprint = @fingerprint, trusted_at = @trustedAt`,
    ),
    /** Where the shop's hash feed was read to. */
    feedCursor: count<[shopId: string]>('SELECT feed_cursor FROM shops WHERE id = ?'),
    setFeedCursor,
    /** Reads the feed from its start once more, for a new template: of the others it is known how far theirs were read. */
    readAnew(shopId: string, forTemplateId: string): void {
      noteRead(shopId, forTemplateId)
      setFeedCursor(shopId, 0)
    },
    /** Up to where the template's designs are known, though the feed may be read anew. */
    readRev: count<[templateId: string]>('SELECT read_rev FROM templates WHERE id = ?'),
    /** Where the feed of the shop's decisions was read to. */
    decisionCursor: count<[shopId: string]>('SELECT decision_cursor FROM shops WHERE id = ?'),
    setDecisionCursor: set<number>('shops', 'decision_cursor'),
  }
}

function shopOf({ nas, backendFingerprint, matching, ...row }: ShopRow): Shop {
  return {
    ...row,
    nas: nas === null ? null : nasSchema.parse(JSON.parse(nas)),
    ...(backendFingerprint === null ? {} : { backendFingerprint }),
    ...(matching === null ? {} : { matching }),
  }
}

function templateOf({ preparation, ...row }: TemplateRow): Template {
  return preparation === null ? row : { ...row, preparation: preparationSchema.parse(JSON.parse(preparation)) }
}
