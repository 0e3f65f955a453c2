import type { IndexReport } from '../../shared/domain/library.ts'
import type { SignedDesign } from '../catalog/designs.ts'
import { ENTRY_BYTES, encodeEntry, rowidAt } from './index-entry.ts'
import { type IndexFile, piecesOf } from './index-file.ts'

/** `rowsAfter` gives the next rows of the catalog, none at the end. */
export async function compareWithCatalog(
  file: IndexFile,
  rowsAfter: (rowid: number) => readonly SignedDesign[],
): Promise<IndexReport> {
  const report = { isWhole: await file.isWhole(), designs: 0, behind: 0, removed: 0, wrong: 0 }
  if (!report.isWhole) return report
  let rows = rowsAfter(0)
  const inFile = entriesOf(file)
  let entry = inFile.next()
  for (; rows.length > 0; rows = rowsAfter(rows.at(-1)?.rowid ?? 0)) {
    for (const row of rows) {
      for (; !entry.done && rowidAt(entry.value, 0) < row.rowid; entry = inFile.next()) report.removed += 1
      const isThere = !entry.done && rowidAt(entry.value, 0) === row.rowid
      if (row.rowid > file.lastRowid) report.behind += 1
      else if (isThere && entry.value?.equals(encodeEntry(row))) report.designs += 1
      else report.wrong += 1
      if (isThere) entry = inFile.next()
    }
    await new Promise(setImmediate)
  }
  for (; !entry.done; entry = inFile.next()) report.removed += 1
  return report
}

function* entriesOf(file: IndexFile): Generator<Buffer, undefined> {
  for (const piece of piecesOf(file)) {
    for (let at = 0; at < piece.length; at += ENTRY_BYTES) yield piece.subarray(at, at + ENTRY_BYTES)
  }
}
