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

/** The newest first; none when there never was a catalog. */
export function listCopies(dataDir: string): CatalogCopy[] {
  const found = readdirSync(copiesFolder(dataDir)).flatMap((name) => {
    const at = NAME.exec(name)?.[1]
    return at === undefined ? [] : [{ path: join(copiesFolder(dataDir), name), at: Number(at) }]
  })
  return found.sort((a, b) => b.at - a.at)
}

/** Removes all but the newest few. */
export function pruneCopies(dataDir: string): void {
  for (const { path } of listCopies(dataDir).slice(KEPT)) rmSync(path, { force: true })
}
