import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Signature, signatureOf } from '../../src/engine/signature.ts'
import { type Resemblance, resemblance, resemblanceOf } from '../../src/engine/similarity/rule.ts'
import { MATCHING_PRESETS, type MatchingPreset } from '../../src/shared/domain/match.ts'
import { type Fingerprint, HASH_ALGORITHM_VERSION } from '../../src/shared/domain/picture.ts'
import { examineHere } from '../support/examine-here.ts'
import { EDITS, loadPicture } from './edits.ts'

/** Photos are edited at this size: what is measured is the rule, not the decoder. */
const MAX_PIXELS = 1e6
const PICTURE = /\.(png|jpe?g|webp|tiff?|avif|gif)$/i
/** Pairs of files that a person called one drawing in the same colours: found rightly. */
const SAME_DRAWINGS = join(import.meta.dirname, 'same-drawings.txt')

export interface EvalOptions {
  /** Folders of pictures, read with all below them. */
  readonly folders: readonly string[]
  /** Pictures that are edited, evenly taken of all. */
  readonly limit: number
  /** Further ones that are only compared with all others. */
  readonly more: number
  readonly scratch: string
  /** File that keeps what was computed for the next run with the same edits and hashes. */
  readonly cache: string | null
  note(line: string): void
}

type Tally = Record<Resemblance['kind'], number>

export interface EditReport extends Tally {
  readonly name: string
  readonly isHard: boolean
  /** Edited originals. */
  readonly of: number
}

export interface EvalReport {
  readonly edited: number
  readonly compared: number
  /** Pictures that are of one tone: only equal ones match. */
  readonly lowVariance: number
  /** Pairs of different originals, but for those that are one drawing. */
  readonly pairs: number
  readonly samePairs: number
  readonly presets: Readonly<
    Record<MatchingPreset, { readonly edits: readonly EditReport[]; readonly falsePairs: Readonly<Tally> }>
  >
  /** What is taken for near by the loosest preset, to be looked at. */
  readonly taken: readonly (readonly [string, string])[]
}

interface Original {
  readonly path: string
  readonly signature: Signature
}

/** Edits pictures in every way and asks the duplicate rule whether it knows the original again; and asks of every two
 *  originals whether it takes them for one. */
export async function evaluateMatching(options: EvalOptions): Promise<EvalReport> {
  const { folders, limit, more, note } = options
  const prints = await openFingerprints(options)
  const all = await picturesIn(folders)
  const toEdit = new Set(evenly(all, limit))
  const others = evenly(
    all.filter((path) => !toEdit.has(path)),
    more,
  )
  const originals: Original[] = []
  const tallies = { strict: emptyReports(), balanced: emptyReports(), loose: emptyReports() }
  let [edited, lowVariance] = [0, 0]
  const seen = new Set<string>()
  for (const path of [...toEdit, ...others]) {
    const { picture, size } = await loadPicture(path, MAX_PIXELS).catch(() => ({ picture: null, size: null }))
    if (picture === null) continue
    const digest = createHash('sha256').update(picture).digest('hex')
    const original = seen.has(digest) ? null : await prints.of(digest, () => picture)
    seen.add(digest)
    if (original === null) continue
    if (original.lowVariance) {
      lowVariance += 1
      continue
    }
    originals.push({ path, signature: signatureOf(original) })
    if (originals.length % 50 === 0) note(`${originals.length} pictures ...`)
    if (!toEdit.has(path)) continue
    edited += 1
    for (const [i, edit] of EDITS.entries()) {
      const fingerprint = await prints.of(`${digest} ${edit.name}`, () => edit.apply(sharp(picture), size))
      for (const preset of MATCHING_PRESETS) {
        const report = tallies[preset][i]
        const alike = fingerprint === null ? null : resemblanceOf(original, fingerprint, preset)
        if (report === undefined) continue
        report.of += 1
        if (alike !== null) report[alike.kind] += 1
      }
    }
  }
  await prints.save()
  const { falsePairs, ...compared } = await comparePairs(originals)
  const reportOf = (preset: MatchingPreset) => ({ edits: tallies[preset], falsePairs: falsePairs[preset] })
  const presets = { strict: reportOf('strict'), balanced: reportOf('balanced'), loose: reportOf('loose') }
  return { edited, compared: originals.length, lowVariance, presets, ...compared }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function emptyReports(): Mutable<EditReport>[] {
  return EDITS.map(({ name, isHard }) => ({ name, isHard, of: 0, near: 0, recoloured: 0, similar: 0 }))
}

async function comparePairs(originals: readonly Original[]) {
  const lines = (await readFile(SAME_DRAWINGS, 'utf8')).split('\n').filter((line) => line !== '')
  const same = new Set(lines.flatMap((line) => [line, line.split('\t').reverse().join('\t')]))
  const none = (): Tally => ({ near: 0, recoloured: 0, similar: 0 })
  const falsePairs: Record<MatchingPreset, Tally> = { strict: none(), balanced: none(), loose: none() }
  const taken: [string, string][] = []
  let [pairs, samePairs] = [0, 0]
  for (const [i, a] of originals.entries())
    for (const b of originals.slice(0, i)) {
      const loose = resemblance(a.signature, b.signature, 'loose')
      const isSame = loose !== null && same.has(`${shortName(a.path)}\t${shortName(b.path)}`)
      samePairs += Number(isSame)
      pairs += Number(!isSame)
      if (loose === null || isSame) continue
      if (loose.kind === 'near') taken.push([a.path, b.path])
      for (const preset of MATCHING_PRESETS) {
        const alike = resemblance(a.signature, b.signature, preset)
        if (alike !== null) falsePairs[preset][alike.kind] += 1
      }
    }
  return { pairs, samePairs, falsePairs, taken }
}

/** With its folder: other collections may have files of the same name. */
function shortName(path: string): string {
  return path.split('/').slice(-2).join('/')
}

async function picturesIn(folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile() && PICTURE.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    }),
  )
  return lists.flat()
}

function evenly(paths: readonly string[], limit: number): string[] {
  const stride = Math.max(1, paths.length / Math.max(1, limit))
  return limit === 0 ? [] : paths.filter((_, i) => Math.floor(i / stride) !== Math.floor((i - 1) / stride))
}

/** Fingerprints by a key that tells the picture and what was done to it. */
async function openFingerprints({ cache, scratch }: Pick<EvalOptions, 'cache' | 'scratch'>) {
  const text = cache === null ? null : await readFile(cache, 'utf8').catch(() => null)
  const known = new Map<string, Fingerprint | null>(text === null ? [] : JSON.parse(text))
  return {
    async of(key: string, encoded: () => Buffer | Promise<Buffer>): Promise<Fingerprint | null> {
      const versioned = `${HASH_ALGORITHM_VERSION} ${key}`
      const before = known.get(versioned)
      if (before !== undefined) return before
      const path = join(scratch, 'picture')
      await writeFile(path, await encoded())
      const examined = await examineHere(path)
      await rm(path)
      const fingerprint = examined.ok ? examined.value.fingerprint : null
      known.set(versioned, fingerprint)
      return fingerprint
    },
    async save() {
      if (cache !== null) await writeFile(cache, JSON.stringify([...known]))
    },
  }
}
