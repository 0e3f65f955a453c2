import { failure } from '../../src/shared/domain/failure.ts'
import type { Examination, Item, ItemState, PreparedFile, StoredFile } from '../../src/shared/domain/item.ts'
import type { Stage } from '../../src/shared/domain/stages.ts'
import { sampleRecord } from './sample-record.ts'

const { picture, fingerprint } = sampleRecord(1)

export const sampleExamination: Examination = { source: { sizeBytes: 10, mtimeMs: 20 }, picture, fingerprint }

export const sampleStored: StoredFile = {
  designId: 'item-1',
  number: 1,
  remotePath: '/shop/UV 1.png',
  sizeBytes: 10,
  sha256: fingerprint.sha256,
  verifiedBy: 'read-back',
  durable: true,
}

export const samplePrepared: PreparedFile = { sizeBytes: 30, mtimeMs: 40, sha256: 'cd'.repeat(32) }

/** One state of each stage, and both kinds of `failed` and `cancelled`. */
export const SAMPLE_STATES: readonly ItemState[] = [
  { stage: 'accepted' },
  { stage: 'inspecting' },
  { stage: 'matching', examination: sampleExamination },
  { stage: 'review', examination: sampleExamination, matches: [] },
  { stage: 'ready', examination: sampleExamination },
  { stage: 'preparing', examination: sampleExamination },
  { stage: 'waiting', examination: sampleExamination },
  { stage: 'uploading', examination: sampleExamination },
  { stage: 'stored', examination: sampleExamination, stored: sampleStored },
  { stage: 'recording', examination: sampleExamination, stored: sampleStored },
  { stage: 'done', examination: sampleExamination, stored: sampleStored },
  { stage: 'skipped', by: 'duplicate', match: null },
  { stage: 'failed', failure: failure('damaged-image'), stored: null },
  { stage: 'failed', failure: failure('backend-rejected'), examination: sampleExamination, stored: sampleStored },
  { stage: 'cancelled' },
  { stage: 'cancelled', examination: sampleExamination },
]

/** An item in that stage. */
export function sampleItem(stage: Stage, changes: Partial<Item> = {}): Item {
  const state = SAMPLE_STATES.find((one) => one.stage === stage)
  if (state === undefined) throw new Error(`no sample of ${stage}`)
  return {
    id: 'item-1',
    batchId: 'batch-1',
    shopId: 'shop-1',
    templateId: 'template-1',
    seq: 0,
    source: { path: '/drop/a.png', fileName: 'a.png', sizeBytes: 10, mtimeMs: 20 },
    attempts: 0,
    workerDeaths: 0,
    copy: 0,
    reserved: null,
    decided: null,
    state,
    ...changes,
  }
}
