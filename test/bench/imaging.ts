import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hammingDistance } from '../../src/engine/similarity/rule.ts'
import { forkChild } from '../../src/engine/workers/fork-child.ts'
import { createImagingPool } from '../../src/engine/workers/imaging-pool.ts'
import type { Fingerprint } from '../../src/shared/domain/picture.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'
import { bundleWorker } from './bundled-worker.ts'
import { findFindimagedupes } from './findimagedupes-peer.ts'
import { bareDecode, type Use } from './floors.ts'
import { findImagehash, type Imagehash, KINDS, type Kind, type PeerFile } from './imagehash-peer.ts'
import { interleave, median, timed } from './measure.ts'
import { writePrintFiles } from './print-files.ts'
import { type BenchContext, type BenchRow, judged, reported, unjudged } from './row.ts'
import { readUse } from './watch-processes.ts'

const CLIP_ARTS = 200
const PRINT_FILES = 6
const PRINT_SIZE = { width: 4500, height: 5400 }
const BACKGROUNDS = '/usr/share/backgrounds'
const MAX_BITS = 2
const MB = 1e6
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

interface Case {
  readonly name: string
  files(): Promise<string[]>
  /** Images per second, as many times those of Python. */
  readonly speed?: string
  readonly isPrint?: boolean
  /** Beside findimagedupes too. */
  readonly hasDupes?: boolean
  /** Share of files of which each of these hashes is within two bits of Python's, %. */
  readonly parity?: { readonly of: readonly Kind[]; readonly target: string }
}

/** Imaging workers, bundled as they ship, beside Python imagehash, findimagedupes and a bare decode, over the same files. */
export async function run(context: BenchContext): Promise<void> {
  const { scratch, wants, note } = context
  const cases: readonly Case[] = [
    {
      name: 'clip-art',
      files: async () => (haveRealDesigns() ? copyRealDesigns(join(scratch, 'clip-art'), CLIP_ARTS) : []),
      speed: '>= 2.5',
      hasDupes: true,
      parity: { of: ['ahash', 'dhash', 'phash'], target: '>= 99' },
    },
    {
      name: '4500 x 5400',
      files: () => writePrintFiles(join(scratch, 'print'), PRINT_FILES, PRINT_SIZE),
      speed: '>= 8',
      isPrint: true,
    },
    { name: 'photos', files: photos, parity: { of: KINDS, target: '>= 95' } },
  ]
  const peer = findImagehash()
  if (peer === null) note('Python with PIL, numpy, scipy and pywt is not installed: no peer here.')
  const entry = await bundleWorker('imaging')
  for (const one of cases.filter(({ name }) => wants(name))) {
    const files = await one.files()
    note(`${one.name}: ${files.length} files, ${context.rounds} rounds ...`)
    if (files.length === 0) note('Install openclipart-png and lomiri-wallpapers-16.04 for real pictures.')
    else await measure(context, one, files, { entry, peer })
  }
}

async function measure(
  { scratch, rounds, report, note }: BenchContext,
  { name, speed, isPrint, hasDupes, parity }: Case,
  all: readonly string[],
  { entry, peer }: { readonly entry: URL; readonly peer: Imagehash | null },
): Promise<void> {
  await using one = openPool(entry, 1)
  await using two = openPool(entry, 2)
  await using drawing = openPool(entry, 1)
  const known = await one.fingerprints(all)
  await Promise.all([two.examine(all), drawing.examine(all, join(scratch, 'thumbnails'))])
  const files = [...known.keys()]
  const asked: PeerFile[] = [...known].map(([path, { matte }]) => [path, matte])

  const dupes = hasDupes ? findFindimagedupes(scratch) : null
  if (hasDupes && dupes === null) note('findimagedupes is not installed: no peer here.')
  const { galley, both, python, full, bare, fingerprints } = await interleave(rounds, {
    galley: () => one.examine(files),
    python: async () => peer?.hash(asked),
    both: () => two.examine(files),
    full: () => drawing.examine(files, join(scratch, 'thumbnails')),
    bare: () => bareDecode(files, 1),
    fingerprints: async () => dupes?.(files) ?? Number.NaN,
  })
  const baseline = peer === null ? 'Python' : (python[0]?.version ?? 'imagehash written out in reference.py')
  const row = (metric: string, value: number, unit: string, target?: string, beside?: string): BenchRow => {
    const measured = { bench: 'imaging', case: name, metric, value, unit, ...(beside && { baseline: beside }) }
    if (target === undefined) return reported(measured)
    return Number.isNaN(value) ? unjudged(measured, target, 'no Python') : judged(measured, target)
  }
  const times = (part: 'ms' | 'cpuMs', a: readonly Use[], b: readonly (Use | undefined)[]): number =>
    median(a.map((use, round) => use[part] / (b[round]?.[part] ?? Number.NaN)))
  const hashed = python.filter((answer) => answer !== undefined)
  const ms = (uses: readonly Use[]): number => median(uses.map(({ ms }) => ms)) / files.length

  report(row('all hashes', 1000 / ms(galley), '/s'))
  report(row('four hashes, Python', 1000 / ms(hashed), '/s', undefined, baseline))
  report(row('hashes, speed', 1 / times('ms', galley, python), 'x', speed, baseline))
  // Says more where others keep the processors busy.
  report(row('hashes, speed per CPU second', 1 / times('cpuMs', galley, python), 'x', undefined, baseline))
  if (dupes !== null) report(row('fingerprints, findimagedupes', (1000 * files.length) / median(fingerprints), '/s'))
  report(row('with thumbnail, CPU a file', median(full.map(({ cpuMs }) => cpuMs)) / files.length, 'ms'))
  report(row('with thumbnail, CPU', times('cpuMs', full, bare), 'x', '<= 2.2', 'bare decode'))
  report(row('two workers', times('ms', galley, both), 'x', '>= 1.8', 'one worker'))
  if (isPrint) {
    const peak = await one.peakBytes()
    const peers = Math.max(...hashed.map(({ peakBytes }) => peakBytes))
    report(row('peak memory', peak / MB, 'MB', '<= 130'))
    report(row('peak memory, Python', peers / MB, 'MB', undefined, baseline))
    report(row('peak memory', hashed.length === 0 ? Number.NaN : peak / peers, 'x', '<= 0.4', baseline))
  }
  if (parity === undefined || hashed[0] === undefined) return
  for (const kind of parity.of) {
    const theirs = hashed[0].hashes.map((hashes) => hashes[kind])
    const near = [...known.values()].filter(({ hashes }, i) => bitsApart(hashes[kind], theirs[i] ?? '') <= MAX_BITS)
    report(row(`${kind} within ${MAX_BITS} bits`, (100 * near.length) / files.length, '%', parity.target, baseline))
  }
}

/** As many imaging workers as the engine would have on so many cores. */
function openPool(entry: URL, size: number) {
  const pool = createImagingPool(size, { spawnWorker: () => forkChild(entry), log: silent })
  const cpuMs = async (): Promise<number> =>
    (await pool.vitals()).reduce((sum, { pid }) => sum + (readUse(pid)?.cpuMs ?? 0), 0)
  const examineAll = (files: readonly string[], thumbnails?: string) =>
    Promise.all(
      files.map((path, i) =>
        pool.call('examine', thumbnails ? { path, thumbnailPath: join(thumbnails, `${i}.thumb`) } : { path }),
      ),
    )
  return {
    /** Of those files that are fit to be examined. */
    async fingerprints(files: readonly string[]): Promise<ReadonlyMap<string, Fingerprint>> {
      const examined = await examineAll(files)
      return new Map(
        examined.flatMap((result, i) => (result.ok ? [[files[i] ?? '', result.value.fingerprint] as const] : [])),
      )
    },
    async examine(files: readonly string[], thumbnails?: string): Promise<Use> {
      const before = await cpuMs()
      const ms = await timed(() => examineAll(files, thumbnails))
      return { ms, cpuMs: (await cpuMs()) - before }
    },
    peakBytes: async () => Math.max(...(await pool.vitals()).map(({ peakRssBytes }) => peakRssBytes)),
    [Symbol.asyncDispose]: () => pool.stop(),
  }
}

/** The photographs among Debian's wallpapers: those that are JPEGs. */
async function photos(): Promise<string[]> {
  if (!existsSync(BACKGROUNDS)) return []
  const names = await readdir(BACKGROUNDS, { recursive: true })
  return names
    .filter((name) => /\.jpe?g$/.test(name))
    .sort()
    .map((name) => join(BACKGROUNDS, name))
}

function bitsApart(a: string, b: string): number {
  return hammingDistance(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))
}
