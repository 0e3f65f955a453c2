import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** File systems without hard links, such as exFAT, say it in one of these ways. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EISDIR', 'UNKNOWN'])

/** A file with the bytes stands in the folder already, under the name or one made from it; null if there is none. */
export async function findPresent(folder: string, fileName: string, sha256: string): Promise<string | null> {
  for (let n = 1; ; n++) {
    const path = candidate(folder, fileName, n)
    const found = await lstatIfThere(path)
    if (found === null) return null
    if (found.isFile() && (await fileDigest(path)) === sha256) return path
  }
}

/** Opens the temporary file of a download to go on with what it has. One that shares its bytes with a final name (a
 *  crash between link and unlink) or is no file is not ours to write: it is replaced. */
export async function openLocalPart(path: string): Promise<FileHandle> {
  const found = await lstatIfThere(path)
  if (found !== null && (!found.isFile() || found.nlink > 1)) await rm(path)
  return open(path, found?.isFile() && found.nlink === 1 ? 'r+' : 'wx+')
}

/** Gives a complete temporary file its name: `fileName`, or the next free one where another file has it. Replaces
 *  nothing, and nobody sees a part of it. */
export async function placeFile(part: string, folder: string, fileName: string): Promise<string> {
  for (let n = 1; ; n++) {
    const path = candidate(folder, fileName, n)
    if (!(await moveUnlessTaken(part, path))) continue
    await syncFolder(folder)
    return path
  }
}

async function moveUnlessTaken(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path)
    await rm(part)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!NO_LINKS.has(codeOf(error))) throw error
  }
  // The name is taken by an empty file first, which is then ours to replace.
  try {
    await (await open(path, 'wx')).close()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  await rename(part, path)
  return true
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs no such sync.
  if (process.platform === 'win32') return
  await using handle = await open(folder)
  await handle.sync()
}

/** `a.png`, `a (2).png`, `a (3).png` ... */
function candidate(folder: string, fileName: string, n: number): string {
  const { name, ext } = parse(fileName)
  return join(folder, n === 1 ? fileName : `${name} (${n})${ext}`)
}

async function lstatIfThere(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
