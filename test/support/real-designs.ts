import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { noiseDesign } from './pictures.ts'

const OPENCLIPART = '/usr/share/openclipart/png'
const MAX_BYTES = 400_000

/** Are the real designs of Debian's openclipart-png here? */
export function haveRealDesigns(): boolean {
  return existsSync(OPENCLIPART)
}

/** Copies `count` real transparent PNGs into a folder, each another picture, evenly taken from 8,000: the same ones
 *  each time. Their paths. */
export async function copyRealDesigns(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const entries = await readdir(OPENCLIPART, { recursive: true, withFileTypes: true })
  const all = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const seen = new Set<string>()
  const copied: string[] = []
  const stride = Math.max(1, Math.floor(all.length / (count * 2)))
  for (let at = 0; at < all.length && copied.length < count; at += stride) {
    const bytes = await readFile(all[at] ?? '')
    const picture = await pictureOf(bytes)
    const path = join(folder, `${copied.length + 1} ${basename(all[at] ?? '')}`)
    if (bytes.length > MAX_BYTES || picture === null || seen.has(picture)) continue
    seen.add(picture)
    await writeFile(path, bytes)
    copied.push(path)
  }
  if (copied.length < count) throw new Error(`only ${copied.length} of ${count} designs`)
  return copied
}

/** Writes a PNG of noise that compresses to nothing less: about `megabytes` to send, so that one can be caught mid-file. */
export async function writeLargeDesign(path: string, megabytes: number): Promise<string> {
  await writeFile(path, await noiseDesign(megabytes))
  return path
}

/** The same for the same picture, in whatever file it is; null for what is none. */
async function pictureOf(bytes: Buffer): Promise<string | null> {
  const shown = await sharp(bytes)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => null)
  if (shown === null) return null
  return createHash('sha256').update(`${shown.info.width} `).update(shown.data).digest('hex')
}
