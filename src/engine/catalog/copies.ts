import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const KEPT = 3
const NAME = /^catalog-(\d{15})\.sqlite$/

/** A whole catalog as it was at a time, ms since the epoch. */
export interface CatalogCopy {
  readonly path: string
  readonly at: number
}

/** Says that the data folder has had a catalog: from now on a missing one was lost. */
export function makeCopiesFolder(dataDir: string): void {
  mkdirSync(copiesFolder(dataDir), { recursive: true })
}

export function copiesFolder(dataDir: string): string {
  return join(dataDir, 'copies')
}

/** Where the copy of a time belongs. */
export function copyPath(dataDir: string, at: number): string {
  return join(copiesFolder(dataDir), `catalog-${String(at).padStart(15, '0')}.sqlite`)
}

/** The newest first, and after all others those of a time to come, when a clock was wrong: nobody knows how old they are.
 *  None when there never was a catalog. */
export function listCopies(dataDir: string, now: number): CatalogCopy[] {
  const found = readdirSync(copiesFolder(dataDir)).flatMap((name) => {
    const at = NAME.exec(name)?.[1]
    return at === undefined ? [] : [{ path: join(copiesFolder(dataDir), name), at: Number(at) }]
  })
  return found.sort((a, b) => Number(isToCome(a, now)) - Number(isToCome(b, now)) || b.at - a.at)
}

/** Of a time that has not come yet, as a clock that is right now knows? */
export function isToCome({ at }: CatalogCopy, now: number): boolean {
  return at > now
}

/** Removes all but the newest few, and as many of a time to come: they may be the only good ones, should the clock be wrong
 *  now. */
export function pruneCopies(dataDir: string, now: number): void {
  const copies = listCopies(dataDir, now)
  for (const isLater of [false, true]) {
    const alike = copies.filter((copy) => isToCome(copy, now) === isLater)
    for (const { path } of alike.slice(KEPT)) rmSync(path, { force: true })
  }
}
