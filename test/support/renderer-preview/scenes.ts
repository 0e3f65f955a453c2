import type { ItemView } from '../../../src/shared/domain/batch.ts'
import { failure } from '../../../src/shared/domain/failure.ts'
import type { Hold } from '../../../src/shared/domain/item.ts'
import type { LibraryState } from '../../../src/shared/domain/library.ts'
import { otherPlace } from '../../../src/shared/domain/place.ts'
import type { ShownStage } from '../../../src/shared/domain/stages.ts'
import type { EngineState } from '../../../src/shared/domain/work-status.ts'
import type { EngineDelta, ShopSetup } from '../../../src/shared/ipc/engine.ts'
import { FINGERPRINT, type SampleNas } from './nas-steps.ts'
import { fullDelta, sampleBatch, sampleItem, sampleMatch, sampleShop, TRUSTED } from './sample.ts'

/** A state of the engine to look at the window in. */
export interface Scene {
  readonly shops: readonly ShopSetup[]
  readonly delta: EngineDelta
  /** Items of ended batches, which come only when asked for. */
  readonly endedItems: readonly ItemView[]
  readonly engine: EngineState
  /** Deltas of 500 items, ten a second. */
  readonly isLively: boolean
  /** What the connection test meets; one that is not known is good once it is trusted. */
  readonly nas: SampleNas
}

const NOW = Date.now()
const MINUTE = 60_000
const real = [sampleShop('real')]
const calm = { endedItems: [], engine: { state: 'running' }, isLively: false, shops: real, nas: 'unknown' } as const
const empty = fullDelta([], [])

const BUSY: readonly ShownStage[] = [
  ...Array<ShownStage>(9).fill('done'),
  'skipped',
  'recording',
  'verifying',
  'uploading',
  'uploading',
  'uploading',
  'uploading',
  'review',
  'review',
  'review',
  'matching',
  'hashing',
  'hashing',
  'waiting',
  'waiting',
  ...Array<ShownStage>(20).fill('accepted'),
]

function busy(): Scene {
  const items = BUSY.map((stage, seq) => sampleItem('b1', seq, { stage }))
  items[3] = sampleItem('b1', 3, { stage: 'failed', failed: 'damaged-image' })
  items[5] = sampleItem('b1', 5, { stage: 'failed', failed: 'unsupported-format' })
  items[15] = sampleItem('b1', 15, {
    stage: 'uploading',
    hold: { kind: 'retry-at', attempt: 2, nextTryAt: NOW + 12_000, failure: failure('connection-lost') },
  })
  const scanning = Array.from({ length: 4 }, (_, seq) => sampleItem('b2', seq, { stage: 'accepted' }))
  const ended = Array.from({ length: 17 }, (_, seq) => sampleItem('b0', seq, { stage: 'skipped' }))
  const older = Array.from({ length: 120 }, (_, seq) =>
    sampleItem('a9', seq, { stage: seq % 30 === 7 ? 'skipped' : 'done' }),
  )
  return {
    ...calm,
    endedItems: [...ended, ...older],
    delta: fullDelta(
      [
        sampleBatch('b2', 'scanning', NOW - 2000, scanning),
        sampleBatch('b1', 'active', NOW - 2 * MINUTE, items),
        sampleBatch('b0', 'ended', NOW - 64 * MINUTE, ended),
        sampleBatch('a9', 'ended', NOW - 26 * 60 * MINUTE, older),
      ],
      [...scanning, ...items],
      { bytesPerSecond: 12_400_000, outboxCount: 3 },
    ),
  }
}

/** Twelve files that look like one design, one that looks like three, and one like a colleague's. */
function lookAlikes(): Scene {
  const items = Array.from({ length: 16 }, (_, seq) => sampleItem('b1', seq, { stage: seq < 14 ? 'review' : 'done' }))
  const review = items.map((item): ItemView => {
    const { seq, stage } = item
    if (stage !== 'review') return item
    if (seq < 12) return { ...item, matches: [{ ...sampleMatch(1), kind: 'near' }] }
    if (seq === 12) return { ...item, matches: [sampleMatch(4), sampleMatch(5), sampleMatch(7)] }
    return { ...item, matches: [{ ...sampleMatch(8), id: 'unknown' }] }
  })
  return { ...calm, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, review)], review) }
}

function held(hold: Hold, isPausedAll = false): Scene {
  const items = Array.from({ length: 50 }, (_, seq) =>
    sampleItem('b1', seq, seq < 12 ? { stage: 'done' } : { stage: 'waiting', hold }),
  )
  return {
    ...calm,
    delta: fullDelta([sampleBatch('b1', isPausedAll ? 'paused' : 'active', NOW - MINUTE, items)], items, {
      pausedAll: isPausedAll,
    }),
  }
}

/** A new workstation, whose drop waits for the shop's library; or that cannot read it. */
function library(isAway: boolean): Scene {
  const scene = isAway ? busy() : held({ kind: 'library' })
  const [batch] = scene.delta.batches
  const libraries: LibraryState[] = [
    isAway
      ? { shopId: batch?.shopId ?? '', kind: 'away', failure: failure('backend-unreachable', 'ECONNREFUSED') }
      : { shopId: batch?.shopId ?? '', kind: 'reading', read: 412_000, total: 1_000_000 },
  ]
  return { ...scene, delta: { ...scene.delta, status: { ...scene.delta.status, libraries } } }
}

/** Two folders that cannot be used, each for its own reason. */
function twoReasons(): Scene {
  const items = Array.from({ length: 50 }, (_, seq) => {
    const because = seq % 4 === 0 ? failure('remote-conflict') : failure('permission-denied', '/share/designs')
    return sampleItem('b1', seq, { stage: 'waiting', hold: { kind: 'nas-setup', failure: because } })
  })
  return { ...calm, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, items)], items) }
}

/** A design that another workstation is about to send, in the middle of others. */
function elsewhere(): Scene {
  const hold = { kind: 'elsewhere', failure: failure('claimed-elsewhere', 'Packing table, 09:05') } as const
  const items = Array.from({ length: 12 }, (_, seq) =>
    sampleItem('b1', seq, seq === 0 ? { stage: 'waiting', hold } : { stage: seq < 8 ? 'done' : 'uploading' }),
  )
  return { ...calm, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, items)], items) }
}

/** Some files were cancelled, and can be put back. */
function cancelled(): Scene {
  const items = Array.from({ length: 12 }, (_, seq) =>
    sampleItem('b1', seq, { stage: seq < 3 ? 'cancelled' : seq < 8 ? 'done' : 'uploading' }),
  )
  return { ...calm, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, items)], items) }
}

/** Designs that took the place of others: one can be undone, one cannot. */
function replaced(): Scene {
  const items = Array.from({ length: 12 }, (_, seq): ItemView => {
    const item = sampleItem('b1', seq, { stage: seq < 10 ? 'done' : 'uploading' })
    if (seq > 1) return item
    const keptUntil = seq === 0 ? NOW + 6 * 24 * 60 * MINUTE : null
    return { ...item, decision: 'replace', replaced: { fileName: 'UV 412 UVDTF 16oz_412.png', keptUntil } }
  })
  return { ...calm, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, items)], items) }
}

/** What a colleague stored as well: to be asked about, but for one file that was taken back and one of which both stay. */
function storedTwice(kind: 'exact' | 'near'): Scene {
  const items = Array.from({ length: 10 }, (_, seq): ItemView => {
    const item = sampleItem('b1', seq, { stage: 'done' })
    const theirs = `/share/designs/Wildflower Wraps/UVDTF 16oz/UV ${412 + seq} UVDTF 16oz_${412 + seq}.png`
    const twin = { designId: `theirs-${seq % 4}`, kind, device: 'Packing table', theirs, keptUntil: null } as const
    if (seq > 1) return { ...item, twin: { ...twin, state: 'asked' } }
    if (seq === 1) return { ...item, twin: { ...twin, state: 'kept' } }
    const keptUntil = NOW + 6 * 24 * 60 * MINUTE
    return { ...item, remotePath: null, twin: { ...twin, state: 'withdrawn', keptUntil } }
  })
  const batch = sampleBatch('b1', 'ended', NOW - MINUTE, items)
  return { ...calm, delta: fullDelta([batch], items), endedItems: items }
}

/** A full NAS, on which files lie that were taken back. */
function fullWithWithdrawn(): Scene {
  const scene = held({ kind: 'nas-full', failure: failure('nas-full') })
  const withdrawn = [{ shopId: 'shop', files: 3, bytes: 7_340_032 }]
  return { ...scene, delta: { ...scene.delta, status: { ...scene.delta.status, withdrawn } } }
}

/** The line is limited by day, and a batch was told to go first. */
function limited(): Scene {
  const scene = busy()
  const timetable = [
    { at: '08:00', bytesPerSecond: 2_000_000 },
    { at: '12:30', bytesPerSecond: 0 },
    { at: '19:00', bytesPerSecond: null },
  ]
  const batches = scene.delta.batches.map((batch) =>
    batch.id === 'b1' ? { ...batch, priority: 'high' as const } : batch,
  )
  const status = { ...scene.delta.status, speedLimit: { bytesPerSecond: 2_000_000, until: '12:30', timetable } }
  return { ...scene, delta: { ...scene.delta, batches, status } }
}

function scheduled(): Scene {
  const scene = held({ kind: 'scheduled', until: '19:00' })
  const timetable = [
    { at: '09:00', bytesPerSecond: 0 },
    { at: '19:00', bytesPerSecond: null },
  ]
  const status = { ...scene.delta.status, speedLimit: { bytesPerSecond: 0, until: '19:00', timetable } }
  return { ...scene, delta: { ...scene.delta, status } }
}

/** The catalog was damaged: from a day's copy, or without one. */
function rebuilt(copyFrom: number | null): Scene {
  const scene = busy()
  const keptIn = '/home/ana/.config/Galley/quarantine/2026-11-23T08-12-44'
  const status = {
    ...scene.delta.status,
    rebuilt: { at: NOW, copyFrom, keptIn, reason: 'database disk image is malformed' },
  }
  return { ...scene, delta: { ...scene.delta, status } }
}

function done(): Scene {
  const items = Array.from({ length: 50 }, (_, seq) =>
    sampleItem('b1', seq, { stage: seq % 16 === 5 ? 'skipped' : 'done' }),
  )
  return { ...calm, endedItems: items, delta: fullDelta([sampleBatch('b1', 'ended', NOW - MINUTE, items)], []) }
}

function many(): Scene {
  const items = Array.from({ length: 10_000 }, (_, seq) => sampleItem('b1', seq, { stage: 'accepted' }))
  return { ...calm, isLively: true, delta: fullDelta([sampleBatch('b1', 'active', NOW - MINUTE, items)], items) }
}

/** Three batches that went on from the last time. */
function restored(): Scene {
  const ids = ['r1', 'r2', 'r3']
  const items = ids.map((id) => Array.from({ length: 4 }, (_, seq) => sampleItem(id, seq, { stage: 'waiting' })))
  const batches = ids.map((id, at) => sampleBatch(id, 'active', NOW - at * MINUTE, items[at] ?? []))
  return { ...calm, delta: fullDelta(batches, items.flat(), { restored: { batchIds: ids, files: 12 } }) }
}

/** A template that was made here before the shop was joined, which has another of that name. */
function templateDiffers(): Scene {
  const templates = real.flatMap(({ templates: of }) => of)
  const [first, ...others] = templates
  if (first === undefined) return { ...calm, delta: empty }
  const { shopId: _, sharedId: __, theirs: ___, ...content } = first
  const preparation = { trim: true, rotate: false, maxEnlargement: 1.5 }
  const theirs = { ...content, heightInches: 4.5, fit: 'contain', preparation, revision: 3 } as const
  const shops = real.map((setup) => ({ ...setup, templates: [{ ...first, revision: 0, theirs }, ...others] }))
  return { ...calm, shops, delta: empty }
}

/** The backend is away, and nobody uploads. */
function templatesReadOnly(): Scene {
  return { ...calm, delta: fullDelta([], [], { libraries: [{ shopId: 'shop', kind: 'away', failure: null }] }) }
}

/** Work of the chosen shop, and of two others that one is to hear of. */
function twoShops(): Scene {
  const before = busy()
  const others = [
    {
      id: 'north',
      name: 'North Street Prints and Stickers',
      stage: 'waiting',
      hold: { kind: 'offline', failure: failure('nas-unreachable') },
    },
    { id: 'gifts', name: 'Gifts', stage: 'failed' },
  ] as const
  const theirs = others.map(({ id, name, stage, ...of }, at) => {
    const files = [0, 1, 2].map((seq) =>
      sampleItem(id, seq, stage === 'failed' ? { stage, failed: 'damaged-image' } : { stage, ...of }),
    )
    const state = stage === 'failed' ? 'ended' : 'active'
    return { files, batch: { ...sampleBatch(id, state, NOW - at * MINUTE, files), shopId: id, shopName: name } }
  })
  const shops = others.map(({ id, name }) => ({
    ...sampleShop('real'),
    shop: { ...sampleShop('real').shop, id, name },
  }))
  const batches = [...before.delta.batches, ...theirs.map(({ batch }) => batch)]
  const items = [...before.delta.items, ...theirs.flatMap(({ files }) => files)]
  return { ...before, shops: [...real, ...shops], delta: fullDelta(batches, items, before.delta.status) }
}

export const SCENES: Readonly<Record<string, () => Scene>> = {
  welcome: () => ({ ...calm, shops: [], delta: empty }),
  empty: () => ({ ...calm, delta: empty }),
  practice: () => ({ ...calm, shops: [sampleShop('practice')], delta: empty }),
  busy,
  done,
  many,
  'look-alikes': lookAlikes,
  'nas-full': () => held({ kind: 'nas-full', failure: failure('nas-full') }),
  offline: () => held({ kind: 'offline', failure: failure('nas-unreachable') }),
  'host-key': () =>
    held({
      kind: 'host-key',
      failure: failure('host-key-changed', {
        says: 'other-key',
        shown: FINGERPRINT,
        type: 'ssh-ed25519',
        trusted: TRUSTED,
      }),
    }),
  'needs-sign-in': () => held({ kind: 'needs-sign-in', failure: failure('needs-sign-in') }),
  'key-locked': () => held({ kind: 'needs-sign-in', failure: failure('key-locked', '/home/ana/.ssh/id_ed25519') }),
  code: () => held({ kind: 'needs-sign-in', failure: failure('code-wanted', 'Verification code:') }),
  quota: () => held({ kind: 'nas-setup', failure: failure('nas-quota') }),
  'sftp-off': () => held({ kind: 'nas-setup', failure: failure('sftp-off', 'Unable to start subsystem: sftp') }),
  library: () => library(false),
  'library-away': () => library(true),
  'two-reasons': twoReasons,
  'nas-good': () => ({ ...calm, delta: empty, nas: 'good' }),
  'nas-poor': () => ({ ...calm, delta: empty, nas: 'poor' }),
  'nas-wrong-folder': () => ({ ...calm, delta: empty, nas: 'wrong-folder' }),
  'nas-asks-code': () => ({ ...calm, delta: empty, nas: 'asks-code' }),
  'nas-old': () => ({ ...calm, delta: empty, nas: 'old' }),
  elsewhere,
  cancelled,
  'place-other': () =>
    held({ kind: 'nas-setup', failure: failure('place-other', otherPlace('/volume1/designs', null)) }),
  'backend-anew': () => held({ kind: 'backend', failure: failure('backend-anew') }),
  replaced,
  'stored-twice': () => storedTwice('exact'),
  'stored-alike': () => storedTwice('near'),
  'nas-full-withdrawn': fullWithWithdrawn,
  'template-differs': templateDiffers,
  'templates-read-only': templatesReadOnly,
  'two-shops': twoShops,
  restored,
  paused: () => held({ kind: 'paused' }, true),
  limited,
  scheduled,
  rebuilt: () => rebuilt(NOW - 20 * 60 * MINUTE),
  'rebuilt-anew': () => rebuilt(null),
  restarting: () => ({ ...busy(), engine: { state: 'restarting', afterMs: 1000 } }),
  stopped: () => ({ ...busy(), engine: { state: 'stopped', failure: failure('internal') } }),
}
