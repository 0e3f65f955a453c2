import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Rebuilt } from '../../shared/domain/rebuilt.ts'
import { type CatalogCopy, listCopies, makeCopiesFolder } from './copies.ts'
import { inspectCatalog, isLogDamaged } from './inspect.ts'

/** Moves a damaged catalog aside, with its log, and puts in its place the newest state that is whole: its own file, when
 *  only the log is damaged, else the newest good copy, else nothing. Deletes nothing but copies of it that are no good. */
export function rebuildCatalog(file: string, dataDir: string, now: number, reason: string): Rebuilt {
  makeCopiesFolder(dataDir)
  const keptIn = setAside(file, dataDir, now)
  // What was derived from it goes with it: an older catalog gives rowids again.
  rmSync(join(dataDir, 'index'), { recursive: true, force: true })
  const kept = join(keptIn, basename(file))
  const itself = isLogDamaged(`${kept}-wal`) && existsSync(kept) ? [{ path: kept, at: statSync(kept).mtimeMs }] : []
  const base = [...itself, ...listCopies(dataDir)].find((copy) => putInPlace(copy, file, dataDir))
  return { at: now, copyFrom: base === undefined ? null : Math.floor(base.at), keptIn, reason }
}

function setAside(file: string, dataDir: string, now: number): string {
  const folder = join(dataDir, 'quarantine', new Date(now).toISOString().replaceAll(':', '-'))
  mkdirSync(folder, { recursive: true })
  for (const path of [`${file}-wal`, `${file}-shm`, file]) {
    if (existsSync(path)) renameSync(path, join(folder, basename(path)))
  }
  return folder
}

function putInPlace({ path }: CatalogCopy, file: string, dataDir: string): boolean {
  copyFileSync(path, file, constants.COPYFILE_FICLONE)
  if (inspectCatalog(file, dataDir, 'thorough').ok) return true
  for (const leftover of [`${file}-wal`, `${file}-shm`, file]) rmSync(leftover, { force: true })
  return false
}
