import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { FULL_BELOW_BYTES, freeBytes } from '../../data-folder/free-bytes.ts'
import { failure } from '../../shared/domain/failure.ts'
import type { Rebuilt } from '../../shared/domain/rebuilt.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { type CatalogCopy, copiesFolder, listCopies, makeCopiesFolder } from './copies.ts'
import { inspectCatalog, isLogDamaged } from './inspect.ts'

/** Where files lie that are derived from the catalog. They name its rows by their numbers, and go when it goes: a copy
 *  numbers its rows anew. */
export function derivedFolder(dataDir: string): string {
  return join(dataDir, 'index')
}

/** Room for the copy that is put in place, beside what SQLite needs. */
function hasRoom(dataDir: string, now: number): boolean {
  const [newest] = existsSync(copiesFolder(dataDir)) ? listCopies(dataDir, now) : []
  const bytes = newest === undefined ? 0 : statSync(newest.path).size
  return freeBytes(dataDir) > bytes + FULL_BELOW_BYTES
}

/** Moves a damaged catalog aside, with its log, and puts in its place the newest state that is whole: its own file, when
 *  only the log is damaged, else the newest good copy, else nothing. Touches nothing and
 *  fails with `disk-full` where there is no room for that. */
export function rebuildCatalog(file: string, dataDir: string, now: number, reason: string): Result<Rebuilt> {
  if (!hasRoom(dataDir, now)) return fail(failure('disk-full', dataDir))
  rmSync(derivedFolder(dataDir), { recursive: true, force: true })
  makeCopiesFolder(dataDir)
  const keptIn = setAside(file, dataDir, now)
  const kept = join(keptIn, basename(file))
  const itself = isLogDamaged(`${kept}-wal`) && existsSync(kept) ? [{ path: kept, at: statSync(kept).mtimeMs }] : []
  const base = [...itself, ...listCopies(dataDir, now)].find((copy) => putInPlace(copy, file, dataDir))
  return ok({ at: now, copyFrom: base === undefined ? null : Math.floor(base.at), keptIn, reason })
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
