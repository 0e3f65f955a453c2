import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { digest } from '../differences.ts'
import { DESIGN_FOLDER } from './workstation.ts'

/** What lies on a NAS, against what was sent there. */
export interface NasContent {
  /** Sources whose bytes lie under one final name or more. */
  readonly stored: number
  /** Final names of the source that has most of them; one when all is well. */
  readonly namesPerFile: number
  /** Paths of files under final names whose bytes are nobody's, and, in small letters, of foreign files that are not as
   *  they were. */
  readonly damaged: readonly string[]
  /** Paths of what was left under other than final names. */
  readonly leftovers: readonly string[]
}

export interface ForeignFile {
  /** Below the folder of the server. */
  readonly path: string
  readonly bytes: string
}

/** Puts a file that is not the shop's under the name that a design with this number will get. */
export async function placeForeignFile({ root }: { readonly root: string }, number: number): Promise<ForeignFile> {
  const foreign = { path: join(DESIGN_FOLDER, `UV ${number} UVDTF 16oz_${number}.png`), bytes: 'theirs' }
  const path = join(root, foreign.path)
  await mkdir(dirname(path), { recursive: true })
  // The user that signs in is not the one that runs the tests.
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    if (((await stat(folder)).mode & 0o777) !== 0o777) await chmod(folder, 0o777)
  }
  await writeFile(path, foreign.bytes)
  return foreign
}

/** Reads every file below the folder. */
export async function readNas(
  folder: string,
  sources: readonly string[],
  foreign: readonly ForeignFile[] = [],
): Promise<NasContent> {
  const found = await digestFiles(folder)
  const digests = new Map([...found].map(([path, sha256]) => [path.toLowerCase(), sha256]))
  const sent = new Map<string, number>()
  for (const source of sources) sent.set(digest(await readFile(source)), 0)
  // A disk that ignores case may list names in another.
  const theirs = new Map(foreign.map(({ path, bytes }) => [path.toLowerCase(), digest(Buffer.from(bytes))]))
  const damaged = [...theirs].filter(([path, sha256]) => digests.get(path) !== sha256).map(([path]) => path)
  const leftovers: string[] = []
  for (const [path, sha256] of found) {
    if (theirs.has(path.toLowerCase())) continue
    if (!isFinalName(path)) leftovers.push(path)
    else if (!sent.has(sha256)) damaged.push(path)
    else sent.set(sha256, (sent.get(sha256) ?? 0) + 1)
  }
  const counts = [...sent.values()]
  return {
    stored: counts.filter((names) => names > 0).length,
    namesPerFile: Math.max(0, ...counts),
    damaged,
    leftovers,
  }
}

/** Does a file with the bytes of this source have a final name? */
export async function hasFinalName(folder: string, source: string): Promise<boolean> {
  const sha256 = digest(await readFile(source))
  return [...(await digestFiles(folder))].some(([path, bytes]) => bytes === sha256 && isFinalName(path))
}

/** Are all files of one folder in the other, byte for byte? */
export async function hasSameFiles(folder: string, other: string): Promise<boolean> {
  const there = await digestFiles(other).catch(() => new Map<string, string>())
  return [...(await digestFiles(folder))].every(([path, sha256]) => there.get(path) === sha256)
}

async function digestFiles(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found = new Map<string, string>()
  for (const path of paths) found.set(relative(folder, path), digest(await readFile(path)))
  return found
}

function isFinalName(path: string): boolean {
  return /^UV \d+ .*\.png$/i.test(basename(path))
}
