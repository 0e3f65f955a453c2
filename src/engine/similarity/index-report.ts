import type { IndexReport } from '../../shared/domain/library.ts'
import type { HashRow } from '../catalog/designs.ts'
import { ENTRY_BYTES, hashesAt, type IndexFile, PIECE_ENTRIES, rowidOf } from './index-file.ts'

/** `rowsAfter` gives the next rows of the catalog, none at the end. */
export async function compareWithCatalog(
  file: IndexFile,
  rowsAfter: (rowid: number) => readonly HashRow[],
): Promise<IndexReport> {
  const report = { isWhole: await file.isWhole(), designs: 0, behind: 0, removed: 0, wrong: 0 }
  if (!report.isWhole) return report
  let rows = rowsAfter(0)
  const inFile = entriesOf(file)
  let entry = inFile.next()
  for (; rows.length > 0; rows = rowsAfter(rows.at(-1)?.rowid ?? 0)) {
    for (const { rowid, hashes } of rows) {
      for (; !entry.done && entry.value.rowid < rowid; entry = inFile.next()) report.removed += 1
      if (rowid > file.lastRowid) report.behind += 1
      else if (entry.done || entry.value.rowid > rowid || !entry.value.hashes.equals(hashes)) report.wrong += 1
      else report.designs += 1
      if (!entry.done && entry.value.rowid === rowid) entry = inFile.next()
    }
    await new Promise(setImmediate)
  }
  for (; !entry.done; entry = inFile.next()) report.removed += 1
  return report
}

function* entriesOf(file: IndexFile): Generator<HashRow> {
  const piece = Buffer.allocUnsafe(PIECE_ENTRIES * ENTRY_BYTES)
  for (let at = 0; at < file.count; ) {
    const count = file.read(at, piece)
    for (let i = 0; i < count; i++) yield { rowid: rowidOf(piece, i), hashes: hashesAt(piece, i) }
    if (count === 0) return
    at += count
  }
}
