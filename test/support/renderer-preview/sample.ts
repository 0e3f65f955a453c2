import type { BatchView, ItemView, MatchView } from '../../../src/shared/domain/batch.ts'
import { type FailureCode, failure } from '../../../src/shared/domain/failure.ts'
import type { Hold } from '../../../src/shared/domain/item.ts'
import { MATCH_KINDS } from '../../../src/shared/domain/match.ts'
import type { PictureInfo } from '../../../src/shared/domain/picture.ts'
import { preflight } from '../../../src/shared/domain/preflight.ts'
import type { ShownStage } from '../../../src/shared/domain/stages.ts'
import { EMPTY_STATUS, type EngineDelta, type ShopSetup } from '../../../src/shared/ipc/engine.ts'

const NAMES = [
  'UV Highland cow with sunflowers',
  'mama-bear-retro-groovy-wrap-16oz-final-v3',
  'Halloween ghosts pumpkin spice',
  'class-of-2027-graduation',
  'Western boots & roses',
  'teacher-life-pencil-bow',
  'Christmas gnomes plaid FINAL (2)',
  'leopard-print-bow',
  'Fußball Papa weiß',
  'summer-vibes-palm',
]
const MB = 1_000_000

/** The identity by which the sample NAS was trusted. */
export const TRUSTED = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'

export const SAMPLE_TEMPLATES = [
  { id: 't16', name: 'UVDTF 16oz', widthInches: 9.5, heightInches: 4.33 },
  { id: 't40', name: 'UVDTF 40oz tumbler', widthInches: 11, heightInches: 5 },
  { id: 'dtf', name: 'DTF shirt front', widthInches: 11, heightInches: 12 },
].map((template) => ({
  ...template,
  shopId: 'shop',
  dpi: 300,
  fit: 'stretch' as const,
  namePattern: 'UV {number} {template}_{number}',
  code: template.name,
  folder: `Wildflower Wraps/${template.name}`,
  sharedId: template.id,
  revision: 1,
  placeId: null,
  theirs: null,
}))

const PICTURE = {
  ...{ width: 2850, height: 1299, format: 'png', dpi: 300, hasAlpha: true, pages: 1 },
  ...{ colourSpace: 'srgb', hasColourProfile: true, content: { left: 40, top: 12, width: 2770, height: 1280 } },
} as const satisfies PictureInfo
const COARSE = {
  ...PICTURE,
  ...{ width: 1100, height: 500, content: { left: 20, top: 10, width: 1060, height: 480 } },
} as const satisfies PictureInfo

/** As the engine would find it; now and then one that prints coarsely. */
function examined(seq: number): Pick<ItemView, 'picture' | 'preflight'> {
  const [template] = SAMPLE_TEMPLATES
  if (template === undefined) throw new Error('no sample template')
  const picture = seq % 5 === 1 ? COARSE : PICTURE
  const preparation = { trim: true, rotate: false, maxEnlargement: 1.5 }
  return { picture, preflight: preflight(picture, { ...template, preparation }) }
}

export function sampleShop(kind: 'real' | 'practice'): ShopSetup {
  const shop =
    kind === 'practice'
      ? { id: 'shop', name: 'Practice shop', backendUrl: 'http://127.0.0.1:8080' }
      : { id: 'shop', name: 'Wildflower Wraps', backendUrl: 'https://records.wildflower.example' }
  return {
    shop: { ...shop, kind, nas: { host: 'nas.local', port: 22, user: 'galley', root: '/share/designs' } },
    templates: SAMPLE_TEMPLATES,
    designCount: 48_213,
    hostKey: { host: 'nas.local', port: 22, fingerprint: TRUSTED, trustedAt: Date.UTC(2026, 2, 3, 12) },
  }
}

export function sampleMatch(index: number): MatchView {
  const kind = MATCH_KINDS[index % MATCH_KINDS.length] ?? 'exact'
  const isExact = kind === 'exact' || kind === 'same-picture' || kind === 'same-artwork'
  return {
    kind,
    against: 'design',
    id: `item-${index}`,
    fileName: `UV ${412 + index} UVDTF 16oz_${412 + index}.png`,
    phashDistance: isExact ? 0 : 4,
    dhashDistance: isExact ? 0 : 5,
    correlation: isExact ? 1 : 0.97,
    pixels: { width: 3000, height: 1368 },
  }
}

interface ItemWishes {
  readonly stage: ShownStage
  readonly hold?: Hold
  readonly failed?: FailureCode
}

/** An item as the engine would show it at that stage. */
export function sampleItem(batchId: string, seq: number, { stage, hold, failed }: ItemWishes): ItemView {
  const sizeBytes = Math.round((1.1 + ((seq * 7919) % 900) / 300) * MB)
  const isExamined = !['accepted', 'inspecting', 'hashing', 'failed'].includes(stage)
  const isStored = ['stored', 'recording', 'done'].includes(stage)
  return {
    id: `${batchId}-${seq}`,
    batchId,
    seq,
    fileName: `${NAMES[seq % NAMES.length]}${seq >= NAMES.length ? ` ${Math.floor(seq / NAMES.length) + 1}` : ''}.png`,
    sourcePath: `/home/ana/Etsy/Autumn drop/${NAMES[seq % NAMES.length]}.png`,
    sizeBytes,
    stage,
    hold: hold ?? null,
    sentBytes: isStored ? sizeBytes : stage === 'uploading' ? Math.round(sizeBytes * (((seq * 37) % 90) / 100)) : 0,
    failure: failed === undefined ? null : failure(failed),
    matches: stage === 'review' || stage === 'skipped' ? [sampleMatch(seq)] : [],
    decision: null,
    replaced: null,
    twin: null,
    remotePath: isStored
      ? `/share/designs/Wildflower Wraps/UVDTF 16oz/UV ${500 + seq} UVDTF 16oz_${500 + seq}.png`
      : null,
    reservedName: ['ready', 'preparing', 'waiting', 'uploading', 'verifying'].includes(stage)
      ? `UV ${500 + seq} UVDTF 16oz_${500 + seq}.png`
      : null,
    ...(isExamined ? examined(seq) : { picture: null, preflight: null }),
  }
}

/** A batch that holds these items, with counts that agree. */
export function sampleBatch(
  id: string,
  state: BatchView['state'],
  createdAt: number,
  items: readonly ItemView[],
): BatchView {
  const number = (stages: readonly ShownStage[]): number => items.filter(({ stage }) => stages.includes(stage)).length
  const noPictures = items.filter(({ failure: met }) => met?.code === 'unsupported-format').length
  const ended = {
    done: number(['done']),
    skipped: number(['skipped']),
    failed: number(['failed']) - noPictures,
    cancelled: number(['cancelled']),
  }
  const review = number(['review'])
  const totalBytes = items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isOver = ({ stage }: ItemView): boolean => ['done', 'skipped', 'failed', 'cancelled'].includes(stage)
  return {
    id,
    shopId: 'shop',
    templateId: 't16',
    createdAt,
    policy: { onDuplicate: 'skip', onSimilar: 'review' },
    priority: 'normal',
    state,
    ignoredCount: 2,
    linksOut: 0,
    shopName: 'Wildflower Wraps',
    templateName: 'UVDTF 16oz',
    counts: {
      ...ended,
      review,
      active: items.length - noPictures - review - ended.done - ended.skipped - ended.failed - ended.cancelled,
    },
    failedUnseen: ended.failed,
    folderName: 'Autumn drop',
    noPictures,
    toRetry: ended.failed,
    twins: items.filter(({ twin }) => twin?.state === 'asked').length,
    warned: items.filter(({ stage, preflight: found }) => stage !== 'cancelled' && (found?.warnings.length ?? 0) > 0)
      .length,
    bytesToMove: 2 * items.reduce((sum, item) => sum + (isOver(item) ? 0 : item.sizeBytes - item.sentBytes), 0),
    held: heldFiles(items),
    hold: holdOfAll(items.filter((item) => !isOver(item) && item.stage !== 'review')),
    totalBytes,
    doneBytes: items.reduce((sum, item) => sum + (isOver(item) ? item.sizeBytes : item.sentBytes), 0),
  }
}

function heldFiles(items: readonly ItemView[]): BatchView['held'] {
  const byHold = Map.groupBy(items, ({ hold }) => JSON.stringify(hold))
  return [...byHold.values()].flatMap((of) => {
    const hold = of[0]?.hold ?? null
    return hold === null ? [] : [{ hold, files: of.length }]
  })
}

function holdOfAll(items: readonly ItemView[]): BatchView['hold'] {
  return items.some(({ hold }) => hold === null) ? null : (items[0]?.hold ?? null)
}

export function fullDelta(
  batches: readonly BatchView[],
  items: readonly ItemView[],
  status?: Partial<EngineDelta['status']>,
): EngineDelta {
  return {
    full: true,
    status: { ...EMPTY_STATUS, ...status },
    batches,
    items,
    removedBatchIds: [],
  }
}
