import { posix } from 'node:path'
import type { FileEntryWithStats } from 'ssh2'
import { failure } from '../../../shared/domain/failure.ts'
import type { NasEntry, NasFolder } from '../../../shared/domain/nas-folder.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { type Fault, isRefused, type Reply, refusalFailure } from '../failures.ts'
import type { FolderRequests, PathStats } from './folder-requests.ts'
import { writableOf } from './writable.ts'

/** More names than a person looks through; a folder of millions is left in the middle. */
export const MOST_NAMES = 10_000
/** Links that are followed at a time. */
const LINKS_AT_ONCE = 4
/** A name that was no UTF-8 holds it where bytes could not be read, and cannot be asked for by it. */
const UNREADABLE = '\ufffd'

/** Lists a folder, or the nearest one above it that is there; without a path where the sign-in begins. A relative path
 *  is below that. Fails with `permission-denied` for a folder that is there and may not be read. */
export async function listFolder(
  sftp: FolderRequests,
  wanted: string | null,
  user: string,
): Promise<Result<NasFolder>> {
  const where = await sftp.realpath('.')
  if (!where.ok && where.fault.kind === 'lost') return fail(where.fault.failure)
  const home = where.ok && where.value.startsWith('/') ? where.value : '/'
  const asked = posix.resolve(home, wanted ?? '.')
  const opened = await openNearest(sftp, asked, home)
  if (!opened.ok) return opened
  const { path, handle } = opened.value
  const read = await readNames(sftp, handle)
  await sftp.close(handle)
  if (!read.ok) return fail(await refusalFailure(read.fault, path))
  const { names, isCut } = read.value
  const itself = names.find(({ filename }) => filename === '.')
  const entries = await followLinks(
    sftp,
    path,
    names.filter(({ filename }) => filename !== '.' && filename !== '..'),
    user,
  )
  const [attributes, space] = await Promise.all([sftp.stat(path), sftp.space(path)])
  const isReadOnly = space?.readOnly === true
  return ok({
    path,
    missing: path === asked ? null : asked,
    home,
    writable: isReadOnly
      ? 'no'
      : attributes.ok
        ? writableOf({ ...attributes.value, longname: itself?.longname ?? '' }, user)
        : 'unknown',
    freeBytes: space?.freeBytes ?? null,
    entries: entries
      .map((entry) => (isReadOnly && entry.writable === 'yes' ? { ...entry, writable: 'unknown' as const } : entry))
      .sort(foldersFirst()),
    isCut,
  })
}

/** Opens the folder, or the nearest one above it that can be read, at last where the sign-in begins. */
async function openNearest(
  sftp: FolderRequests,
  asked: string,
  home: string,
): Promise<Result<{ readonly path: string; readonly handle: Buffer }>> {
  const above = asked.split('/').map((_, index, parts) => parts.slice(0, parts.length - index).join('/') || '/')
  let first: Fault | null = null
  for (const path of new Set([...above, home])) {
    const opened = await sftp.openFolder(path)
    if (opened.ok) return ok({ path, handle: opened.value })
    if (opened.fault.kind === 'lost') return fail(opened.fault.failure)
    first ??= opened.fault
    if (path !== asked) continue
    const there = await sftp.stat(path)
    if (there.ok ? there.value.isDirectory() : isRefused(there, 'denied'))
      return fail(failure('permission-denied', path))
  }
  return fail(first === null ? failure('folder-missing', asked) : await refusalFailure(first, asked))
}

interface Names {
  readonly names: readonly FileEntryWithStats[]
  readonly isCut: boolean
}

async function readNames(sftp: FolderRequests, handle: Buffer): Promise<Reply<Names>> {
  const names: FileEntryWithStats[] = []
  for (;;) {
    const page = await sftp.readFolder(handle)
    if (!page.ok) return page
    if (page.value.length === 0) return ok({ names, isCut: false })
    names.push(...page.value)
    if (names.length > MOST_NAMES) return ok({ names: names.slice(0, MOST_NAMES), isCut: true })
  }
}

async function followLinks(
  sftp: FolderRequests,
  folder: string,
  names: readonly FileEntryWithStats[],
  user: string,
): Promise<NasEntry[]> {
  const entries: NasEntry[] = []
  const next = names.values()
  const follow = async (): Promise<void> => {
    for (const { filename, longname, attrs } of next) {
      const isLink = attrs.isSymbolicLink() || longname.startsWith('l')
      const target = isLink ? await sftp.stat(posix.join(folder, filename)) : null
      const shown: PathStats = target?.ok === true ? target.value : attrs
      // The line that `ls` would show is the link's own.
      entries.push(toEntry(filename, isLink ? '' : longname, shown, user))
    }
  }
  await Promise.all(Array.from({ length: LINKS_AT_ONCE }, follow))
  return entries
}

function toEntry(name: string, longname: string, attrs: PathStats, user: string): NasEntry {
  const kind = name.includes(UNREADABLE) ? 'other' : kindOf(attrs, longname)
  return {
    name,
    kind,
    sizeBytes: kind === 'file' ? (attrs.size ?? null) : null,
    modifiedAt: attrs.mtime === undefined ? null : attrs.mtime * 1000,
    writable: kind === 'folder' ? writableOf({ ...attrs, longname }, user) : null,
  }
}

/** By the mode, or by the first letter of `ls`'s line where a server sends no mode. */
function kindOf(attrs: PathStats, longname: string): NasEntry['kind'] {
  if (attrs.isDirectory() || (attrs.mode === undefined && longname.startsWith('d'))) return 'folder'
  return attrs.isFile() || (attrs.mode === undefined && longname.startsWith('-')) ? 'file' : 'other'
}

function foldersFirst(): (a: NasEntry, b: NasEntry) => number {
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  const rank = ({ kind }: NasEntry): number => (kind === 'folder' ? 0 : 1)
  return (a, b) => rank(a) - rank(b) || compare(a.name, b.name)
}
