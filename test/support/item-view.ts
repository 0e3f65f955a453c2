import type { ItemView } from '../../src/shared/domain/batch.ts'

/** A file that is done, as the engine would show it. */
export const ITEM_VIEW: ItemView = {
  id: 'i',
  batchId: 'b',
  seq: 0,
  fileName: 'a.png',
  sourcePath: '/drop/a.png',
  sizeBytes: 10,
  stage: 'done',
  hold: null,
  sentBytes: 0,
  failure: null,
  matches: [],
  decision: null,
  remotePath: '/nas/a.png',
  reservedName: null,
  replaced: null,
  twin: null,
  picture: null,
  preflight: null,
}
