import { readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

const PART = /^\.galley-([0-9a-f-]{36})-\d+\.part$/
const KEPT = /^\.galley-[0-9a-f-]{36}\.old$/
/** A busy machine may take so long to let a woken process do what it had been told. */
const WAKING_MS = 5_000
const TWO_DAYS_MS = 48 * 3600_000

export interface KnownItems {
  readonly all: readonly string[]
  /** Those whose temporary files were removed. */
  readonly swept: readonly string[]
  /** Paths of files that are not Galley's, or of another workstation. */
  readonly foreign?: ReadonlyMap<string, unknown>
}

/** Of a catalog that no engine has open: what cancelled uploads left is kept no longer. */
export function keepNoParts(dataDir: string): void {
  const database = new Sqlite(join(dataDir, 'catalog.sqlite'))
  database.prepare('UPDATE items SET part_kept_until = 1').run()
  database.close()
}

/** Makes temporary files two days old, as for the daily sweep, that no item is left to answer for: those of swept items, which
 *  only a session that was frozen and woke after the sweep can have made, and those of no item, by which a NAS was tried
 *  out until that was cut. A line for each of a swept item that was made at another time, and for each replaced file
 *  that is kept, of an item that replaced nothing: nothing is replaced here. */
export async function ageLeftParts(folder: string, items: KnownItems, wakings: readonly number[]): Promise<string[]> {
  const lines: string[] = []
  const [all, swept] = [new Set(items.all), new Set(items.swept)]
  for (const name of await readdir(folder)) {
    const itemId = PART.exec(name)?.[1]
    if (items.foreign?.has(join(folder, name))) continue
    if (KEPT.test(name)) lines.push(`I8 kept on the NAS, though nothing was replaced: ${name}`)
    if (itemId === undefined || (all.has(itemId) && !swept.has(itemId))) continue
    const { birthtimeMs } = await stat(join(folder, name))
    const isOfWaking = wakings.some((at) => birthtimeMs > at - 100 && birthtimeMs < at + WAKING_MS)
    if (all.has(itemId) && !isOfWaking) lines.push(`I8 left over on the NAS after the sweep: ${name}`)
    const then = new Date(Date.now() - TWO_DAYS_MS)
    await utimes(join(folder, name), then, then)
  }
  return lines
}
