interface HoldFacts {
  /** Whose work waits: that of this computer, of a shop, of a template's folder on the NAS, of a batch, or one item's. */
  readonly scope: 'computer' | 'shop' | 'template' | 'batch' | 'item'
  /** What others are waited for is read until it works again, by the next process too; what is wrong with one file or on
   *  this computer shows by itself. */
  readonly isRemembered?: true
  /** A disk of this computer, other than the catalog's: it may be helped at any time, and is tried again soon. */
  readonly isProbed?: true
}

/** All that work may have to wait for. */
const HOLD_KINDS = {
  /** All that is to be written on this computer. */
  local: { scope: 'computer' },
  'imaging-worker': { scope: 'computer' },
  'transfer-worker': { scope: 'computer' },
  /** Room for print files. */
  prepare: { scope: 'computer', isProbed: true },
  /** Room for the index of what designs look like. */
  index: { scope: 'computer', isProbed: true },
  nas: { scope: 'shop', isRemembered: true },
  backend: { scope: 'shop', isRemembered: true },
  /** The removal of temporary files from the NAS. */
  sweep: { scope: 'shop' },
  /** What must be read after a rebuild. */
  'catch-up': { scope: 'shop', isRemembered: true },
  folder: { scope: 'template', isRemembered: true },
  /** The walk over what was dropped: it needs the disk alone, and is held by a fault of ours. */
  walk: { scope: 'batch' },
  /** The item's own next attempt. */
  item: { scope: 'item' },
} as const satisfies Record<string, HoldFacts>

export type HoldKind = keyof typeof HOLD_KINDS
type KindOf<S extends HoldFacts['scope']> = {
  [K in HoldKind]: (typeof HOLD_KINDS)[K]['scope'] extends S ? K : never
}[HoldKind]

/** One thing that is held. */
export type HoldKey =
  | { readonly kind: KindOf<'computer'> }
  | { readonly kind: KindOf<'shop'>; readonly shopId: string }
  | { readonly kind: KindOf<'template'>; readonly templateId: string }
  | { readonly kind: KindOf<'batch'>; readonly batchId: string }
  | { readonly kind: KindOf<'item'>; readonly itemId: string }

/** Where work belongs. */
export interface Place {
  readonly shopId: string
  readonly templateId: string
}

export function holdFactsOf(kind: HoldKind): HoldFacts {
  return HOLD_KINDS[kind]
}

/** What holds the work of that place, of whatever item. */
export function holdKeyAt(kind: KindOf<'computer' | 'shop' | 'template'>, { shopId, templateId }: Place): HoldKey {
  if (isOf('shop', kind)) return { kind, shopId }
  return isOf('template', kind) ? { kind, templateId } : { kind }
}

/** The same text for the same key, as the catalog keeps it too. */
export function holdKeyText(key: HoldKey): string {
  if ('shopId' in key) return `${key.kind}:${key.shopId}`
  if ('templateId' in key) return `${key.kind}:${key.templateId}`
  if ('batchId' in key) return `${key.kind}:${key.batchId}`
  return 'itemId' in key ? `${key.kind}:${key.itemId}` : key.kind
}

/** All that may hold a shop. */
export function holdKeysOfShop(shopId: string, templates: readonly { readonly id: string }[]): readonly HoldKey[] {
  const folders = kindsOf('template').flatMap((kind) => templates.map(({ id }) => ({ kind, templateId: id })))
  return [...kindsOf('shop').map((kind) => ({ kind, shopId })), ...folders]
}

/** What holds all shops and may be tried again at once; the catalog's own disk is looked after by itself. */
export function holdKeysOfComputer(): readonly HoldKey[] {
  return kindsOf('computer').flatMap((kind) => (kind === 'local' ? [] : [{ kind }]))
}

function kindsOf<S extends HoldFacts['scope']>(scope: S): KindOf<S>[] {
  return (Object.keys(HOLD_KINDS) as HoldKind[]).filter((kind) => isOf(scope, kind))
}

function isOf<S extends HoldFacts['scope']>(scope: S, kind: HoldKind): kind is KindOf<S> {
  return HOLD_KINDS[kind].scope === scope
}
