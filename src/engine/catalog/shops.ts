import type { Database } from 'better-sqlite3'
import { type ShopTemplate, shopTemplateSchema } from '../../shared/api/templates.ts'
import { DEFAULT_MATCHING, type MatchingPreset } from '../../shared/domain/match.ts'
import { nasSchema, type PinnedHostKey, preparationSchema, type Shop, type Template } from '../../shared/domain/shop.ts'
import { folderFor, type KnownTemplate } from '../../shared/domain/template.ts'
import { asRead, statementsOf } from './statements.ts'

const SHOP = `id, name, kind, nas, backend_url AS backendUrl,
  backend_fingerprint AS backendFingerprint, matching`
const TEMPLATE = `id, shop_id AS shopId, name, width_inches AS widthInches, height_inches AS heightInches, dpi, fit,
  preparation, name_pattern AS namePattern, code, folder, shared_id AS sharedId, revision,
  place_id AS placeId, theirs`

interface ShopRow extends Omit<Shop, 'nas' | 'backendFingerprint' | 'matching'> {
  readonly nas: string | null
  readonly backendFingerprint: string | null
  readonly matching: MatchingPreset | null
}
interface TemplateRow extends Omit<KnownTemplate, 'preparation' | 'theirs'> {
  readonly preparation: string | null
  readonly theirs: string | null
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
    `INSERT INTO templates (id, shop_id, name, width_inches, height_inches, dpi, fit, preparation, name_pattern, code,
       folder, shared_id)
     VALUES (@id, @shopId, @name, @widthInches, @heightInches, @dpi, @fit, @preparation, @namePattern, @code, @folder, @id)
     ON CONFLICT (id) DO UPDATE SET name = @name, width_inches = @widthInches, height_inches = @heightInches,
       dpi = @dpi, fit = @fit, preparation = @preparation, name_pattern = @namePattern, revision = 0`,
  )
  const setShared = run(
    `UPDATE templates SET shared_id = @sharedId, code = @code, folder = @folder, revision = @revision,
       place_id = @placeId, theirs = NULL WHERE id = @id`,
  )
  const setName = set<string>('templates', 'name')
  const setFolder = set<string>('templates', 'folder')
  const setTheirs = set<string | null>('templates', 'theirs')
  const setFeedCursor = set<number>('shops', 'feed_cursor')
  const noteRead = run<[shopId: string, exceptTemplateId: string]>(
    `UPDATE templates SET read_rev = max(read_rev, feed_cursor) FROM shops
     WHERE shops.id = shop_id AND shop_id = ? AND templates.id <> ?`,
  )

  const templates = (shopId: string): KnownTemplate[] => templatesOf(shopId).map(templateOf)
  const nameOf = (shopId: string): Pick<Shop, 'name'> => ({ name: shopById(shopId)?.name ?? '' })
  const newNames = (shopId: string, wanted: string): Pick<KnownTemplate, 'code' | 'folder'> => {
    const others = templates(shopId)
    const code = freeText(
      wanted,
      others.map((other) => other.code),
    )
    const folder = freeText(
      folderFor(nameOf(shopId), code),
      others.map((other) => other.folder),
    )
    return { code, folder }
  }
  const saveTemplate = ({ preparation, code, ...template }: Template & { readonly code?: string | undefined }): void =>
    upsertTemplate({
      ...template,
      ...newNames(template.shopId, code ?? template.name),
      preparation: preparation === undefined ? null : JSON.stringify(preparation),
    })

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
    template: (id: string): KnownTemplate | null => asRead(templateById(id), templateOf),
    templates,
    /** How much has to agree in the template's shop. */
    matchingOf: (templateId: string): MatchingPreset => matchingOf(templateId) ?? DEFAULT_MATCHING,
    /** The code of a new template, the one that is wanted if that is free, and its folder. */
    newNames,
    /** A new one gets its code, by its name where none is given, and its folder; one that is changed keeps them, and is not as
     *  the shop has it any more. */
    saveTemplate,
    /** It is as the shop has it from now on; another one here that has its name gets another. */
    shareTemplate(here: Pick<Template, 'id' | 'shopId'>, { id: sharedId, ...theirs }: ShopTemplate): void {
      const others = templates(here.shopId).filter(({ id }) => id !== here.id)
      const displaced = others.find(({ name }) => name === theirs.name)
      if (displaced !== undefined)
        setName(
          displaced.id,
          freeText(
            theirs.name,
            [theirs, ...others].map(({ name }) => name),
          ),
        )
      saveTemplate({ ...theirs, id: here.id, shopId: here.shopId })
      setShared({ ...theirs, id: here.id, sharedId })
    },
    /** A person is to say whether it or the shop's holds. */
    askTemplate: (id: string, theirs: ShopTemplate): void => setTheirs(id, JSON.stringify(theirs)),
    /** Of templates from before each kept its folder. */
    nameFolders(): void {
      for (const { id } of allShops())
        for (const { id: templateId, folder, code } of templates(id))
          if (folder === '') setFolder(templateId, folderFor(nameOf(id), code))
    },
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

function templateOf({ preparation, theirs, ...row }: TemplateRow): KnownTemplate {
  return {
    ...row,
    ...(preparation === null ? {} : { preparation: preparationSchema.parse(JSON.parse(preparation)) }),
    theirs: theirs === null ? null : shopTemplateSchema.parse(JSON.parse(theirs)),
  }
}

/** The text, with a number behind it where another one has it. */
function freeText(text: string, taken: readonly string[]): string {
  let free = text
  for (let number = 2; taken.includes(free); number++) free = `${text} (${number})`
  return free
}
