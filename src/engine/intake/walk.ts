import type { Dirent } from 'node:fs'
import { opendir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import type { SourceFile } from '../../shared/domain/item.ts'
import { MOCKUPS_FOLDER } from '../../shared/domain/mockup-name.ts'
import { isOutOfFiles } from '../out-of-files.ts'
import { wholeMs } from '../whole-ms.ts'

/** What the walk met: a file to take in, a path that cannot be read, junk that is passed over, or a link out of what was
 *  dropped. */
export type Found =
  | { readonly kind: 'file'; readonly source: SourceFile }
  | { readonly kind: 'unreadable'; readonly source: SourceFile; readonly failure: Failure }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'link-out'; readonly path: string }

const PAUSE_MS = 500

/** What systems leave among people's files, without regard to case: of Windows and macOS, of disks, and of Synology's and
 *  QNAP's shares, whose recycle bins, snapshots and thumbnails are pictures. */
const JUNK = new Set([
  ...['thumbs.db', 'ehthumbs.db', 'desktop.ini', '$recycle.bin', 'system volume information', 'icon\r', '__macosx'],
  // Galley's own, beside designs on a share.
  MOCKUPS_FOLDER,
  ...['lost+found', '@eadir', '#recycle', '#snapshot', '@tmp', '@recycle', '@recently-snapshot', '@syncfolder'],
])
/** Synology's thumbnails, where they were copied without their folder; files that an office program has open; hidden ones. */
const JUNK_BEGINS = ['synofile_thumb_', 'synophoto_thumb_', '~$', '.']

interface Walk {
  readonly signal: AbortSignal
  /** Real paths that were met. */
  readonly seen: Set<string>
  /** Real paths of what was dropped; null: links are followed wherever they lead. */
  readonly roots: readonly string[] | null
}

/** Walks dropped files and folders, in the natural order of their names. Links are followed once, never in a loop, and out of what
 *  was dropped only where `followsLinks`; what was dropped may be a link itself. Junk and hidden files and folders are
 *  ignored; what cannot be read is said, and the walk goes on. */
export async function* walk(
  paths: readonly string[],
  signal: AbortSignal,
  followsLinks = false,
): AsyncGenerator<Found> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)))
  const way = { signal, seen: new Set<string>(), roots: followsLinks ? null : real }
  for (const path of inNaturalOrder(paths, String)) yield* visit(path, true, way)
}

async function* visit(path: string, dropped: boolean, way: Walk): AsyncGenerator<Found> {
  const { signal, seen, roots } = way
  if (signal.aborted) return
  const name = basename(path)
  if (!dropped && isJunk(name)) return yield { kind: 'ignored' }
  let isFolder = false
  try {
    const real = await realpath(path)
    if (seen.has(real)) return yield { kind: 'ignored' }
    if (roots?.every((root) => !isWithin(real, root))) return yield { kind: 'link-out', path }
    seen.add(real)
    const info = await stat(path, { bigint: true })
    isFolder = info.isDirectory()
    if (isFolder) {
      for (const entry of await listPatiently(path, signal)) yield* visit(join(path, entry.name), false, way)
    } else if (info.isFile()) {
      yield {
        kind: 'file',
        source: { path, fileName: name, sizeBytes: Number(info.size), mtimeMs: wholeMs(info.mtimeNs) },
      }
    } else yield { kind: 'ignored' }
  } catch (error) {
    const source = { path, fileName: name, sizeBytes: 0, mtimeMs: 0 }
    yield { kind: 'unreadable', source, failure: translate(error, path, isFolder) }
  }
}

/** When no more files can be opened, that is no fault of the folder: others are closed in time. */
async function listPatiently(folder: string, signal: AbortSignal): Promise<Dirent[]> {
  for (;;) {
    try {
      return await list(folder)
    } catch (error) {
      if (!isOutOfFiles(error)) throw error
      await pause(PAUSE_MS, null, { signal }).catch(() => undefined)
      if (signal.aborted) return []
    }
  }
}

async function list(folder: string): Promise<Dirent[]> {
  const entries: Dirent[] = []
  for await (const entry of await opendir(folder)) entries.push(entry)
  return inNaturalOrder(entries, ({ name }) => name)
}

/** As people count: 2 before 10. */
function inNaturalOrder<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  const collator = new Intl.Collator('en', { numeric: true })
  return all.toSorted((a, b) => collator.compare(nameOf(a), nameOf(b)))
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

function isJunk(name: string): boolean {
  const lower = name.toLowerCase()
  return JUNK.has(lower) || JUNK_BEGINS.some((start) => lower.startsWith(start))
}

function translate(error: unknown, path: string, isFolder: boolean): Failure {
  if (!(error instanceof Error && 'code' in error)) throw error
  // Node puts U+FFFD for bytes that are no UTF-8: by that name there is no file.
  if (error.code === 'ENOENT') return failure(path.includes('\ufffd') ? 'name-not-utf8' : 'source-gone')
  return failure(isFolder ? 'folder-unreadable' : 'source-unreadable', String(error.code))
}
