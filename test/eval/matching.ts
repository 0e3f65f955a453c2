import { createHash } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { resemblance } from '../../src/engine/similarity/rule.ts'
import { type Signature, signatureOf } from '../../src/engine/similarity/signature.ts'
import type { Fingerprint } from '../../src/shared/domain/picture.ts'
import { examineHere } from '../support/examine-here.ts'
import { EDITS, type Edit, loadPicture } from './edits.ts'

/** Photos are edited at this size: what is measured is the rule, not the decoder. */
const MAX_PIXELS = 1e6
const PICTURE = /\.(png|jpe?g|webp|tiff?|avif|gif)$/i

export interface EvalOptions {
  /** Folders of pictures, read with all below them. */
  readonly folders: readonly string[]
  /** Pictures of each folder at most, evenly taken. */
  readonly limit: number
  readonly scratch: string
  note(line: string): void
}

export interface EvalReport {
  readonly originals: number
  /** Pictures that are of one tone: only exact matches count. */
  readonly lowVariance: number
  /** Of each edit, how many originals were found, and of how many. */
  readonly edits: readonly {
    readonly name: string
    readonly isHard: boolean
    readonly found: number
    readonly of: number
  }[]
  /** Pairs of different originals, and how many of them are taken for near. */
  readonly pairs: number
  readonly falsePairs: number
}

/** Edits each picture in every way and asks the duplicate rule whether it knows the original again; and asks of every two
 *  originals whether it takes them for one. */
export async function evaluateMatching({ folders, limit, scratch, note }: EvalOptions): Promise<EvalReport> {
  const originals: Signature[] = []
  const found = new Map<Edit, { found: number; of: number }>(EDITS.map((edit) => [edit, { found: 0, of: 0 }]))
  let lowVariance = 0
  const seen = new Set<string>()
  for (const path of await pictures(folders, limit)) {
    const { picture, size } = await loadPicture(path, MAX_PIXELS).catch(() => ({ picture: null, size: null }))
    if (picture === null) continue
    const digest = createHash('sha256').update(picture).digest('hex')
    const original = seen.has(digest) ? null : await fingerprint(picture, scratch)
    seen.add(digest)
    if (original === null) continue
    if (original.lowVariance) {
      lowVariance += 1
      continue
    }
    const signature = signatureOf(original)
    for (const [edit, tally] of found) {
      const edited = await fingerprint(await edit.apply(sharp(picture), size), scratch)
      tally.of += 1
      if (edited !== null && resemblance(signature, signatureOf(edited)) !== null) tally.found += 1
    }
    originals.push(signature)
    if (originals.length % 50 === 0) note(`${originals.length} pictures ...`)
  }
  const pairs = (originals.length * (originals.length - 1)) / 2
  const falsePairs = originals.reduce(
    (sum, a, i) => sum + originals.slice(0, i).filter((b) => resemblance(a, b) !== null).length,
    0,
  )
  const edits = [...found].map(([{ name, isHard }, tally]) => ({ name, isHard, ...tally }))
  return { originals: originals.length, lowVariance, edits, pairs, falsePairs }
}

async function pictures(folders: readonly string[], limit: number): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const all = entries
        .filter((entry) => entry.isFile() && PICTURE.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
      const stride = Math.max(1, all.length / limit)
      return all.filter((_, i) => Math.floor(i / stride) !== Math.floor((i - 1) / stride))
    }),
  )
  return lists.flat()
}

async function fingerprint(bytes: Buffer, scratch: string): Promise<Fingerprint | null> {
  const path = join(scratch, 'picture')
  await writeFile(path, bytes)
  const examined = await examineHere(path)
  await rm(path)
  return examined.ok ? examined.value.fingerprint : null
}
