import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog } from '../../src/engine/catalog/open-catalog.ts'
import { resemblance } from '../../src/engine/similarity/rule.ts'
import { signatureOf } from '../../src/engine/similarity/signature.ts'
import { createSimilarityIndex, type SimilarityQuery } from '../../src/engine/similarity/similarity-index.ts'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import { DEFAULT_MATCHING } from '../../src/shared/domain/match.ts'
import { type Fingerprint, HASH_ALGORITHM_VERSION } from '../../src/shared/domain/picture.ts'
import { openTestCatalog } from '../support/catalog.ts'
import { examineHere } from '../support/examine-here.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'
import { median, timed } from './measure.ts'
import { type BenchContext, judged, reported } from './row.ts'

const SIZES: Readonly<Record<string, number>> = { '100,000 designs': 100_000, '1,000,000 designs': 1_000_000 }
const BASES = 400
const CHUNK = 20
const CHUNKS = 100
/** Each chunk of brute force takes seconds. */
const BRUTE_CHUNKS = 2
const PER_TRANSACTION = 5000
const MB = 1e6

/** A chunk of 20 items against the whole library: how long, in what memory, and whether it finds what brute force finds. */
export async function run(context: BenchContext): Promise<void> {
  if (!haveRealDesigns()) return context.note('Install openclipart-png: the library is varied from its designs.')
  const bases = await examineBases(join(context.scratch, 'bases'))
  for (const [name, size] of Object.entries(SIZES)) if (context.wants(name)) await measure(context, name, size, bases)
}

async function measure(
  context: BenchContext,
  name: string,
  size: number,
  bases: readonly Fingerprint[],
): Promise<void> {
  const { report, note } = context
  const row = { bench: 'index', case: name }
  await using library = await openTestCatalog()
  const { catalog, templateId, dataDir } = library
  const vary = createVariation(bases)
  note(`${name}: filling the catalog ...`)
  for (let at = 0; at < size; at += PER_TRANSACTION) await addDesigns(catalog, library, at, vary)
  const queries = (): SimilarityQuery[] => Array.from({ length: CHUNK }, () => ({ id: 'new', fingerprint: vary() }))
  const folder = join(dataDir, 'index')
  const open = () => createSimilarityIndex(catalog.designs, folder)

  const built = open()
  const buildMs = await timed(() => built.query(templateId, queries().slice(0, 1), DEFAULT_MATCHING))
  report(judged({ ...row, metric: 'made from the catalog', value: buildMs / 1000, unit: 's' }, '<= 10'))
  await built.close()

  const rssBefore = process.memoryUsage().rss
  const index = open()
  const firstMs = await timed(() => index.query(templateId, queries().slice(0, 1), DEFAULT_MATCHING))
  report(judged({ ...row, metric: 'start to usable', value: firstMs / 1000, unit: 's' }, '<= 1'))
  const times: number[] = []
  for (let i = 0; i < CHUNKS; i++) {
    const chunk = queries()
    times.push(await timed(() => index.query(templateId, chunk, DEFAULT_MATCHING)))
  }
  times.sort((a, b) => a - b)
  report(reported({ ...row, metric: 'chunk of 20, median', value: median(times), unit: 'ms' }))
  report(
    judged(
      { ...row, metric: 'chunk of 20, p99', value: times[Math.ceil(CHUNKS * 0.99) - 1] ?? 0, unit: 'ms' },
      '<= 60',
    ),
  )
  const grown = (process.memoryUsage().rss - rssBefore) / MB
  report(judged({ ...row, metric: 'memory grown by', value: grown, unit: 'MB' }, '<= 5'))

  const brute: number[] = []
  let [expected, missed] = [0, 0]
  for (let i = 0; i < BRUTE_CHUNKS; i++) {
    const chunk = queries()
    const near = await index.query(templateId, chunk, DEFAULT_MATCHING)
    let plain: Set<string>[] = []
    brute.push(await timed(async () => (plain = bruteForce(catalog, templateId, chunk))))
    for (const [query, ids] of plain.entries()) {
      const found = new Set(near[query]?.map(({ id }) => id))
      expected += ids.size
      missed += [...ids].filter((id) => !found.has(id)).length + [...found].filter((id) => !ids.has(id)).length
    }
  }
  report(
    reported({
      ...row,
      metric: 'brute force / index',
      value: median(brute) / median(times),
      unit: 'x',
      baseline: 'SQL scan',
    }),
  )
  report(
    judged({ ...row, metric: `differing from brute force, of ${expected}`, value: missed, unit: 'matches' }, '<= 0'),
  )
  await index.close()
  await rm(folder, { recursive: true })
}

async function examineBases(folder: string): Promise<Fingerprint[]> {
  const found: Fingerprint[] = []
  for (const path of await copyRealDesigns(folder, BASES)) {
    const examined = await examineHere(path)
    if (examined.ok && !examined.value.fingerprint.lowVariance) found.push(examined.value.fingerprint)
  }
  return found
}

/** Fingerprints of real designs with 0 to 31 bits of each hash flipped and their luma tilted: about as many are worth a
 *  look for each query as among real designs, where it was one in 500. */
function createVariation(bases: readonly Fingerprint[]): () => Fingerprint {
  const random = mulberry32(1)
  const flip = (hex: string): string => {
    const bytes = Buffer.from(hex, 'hex')
    for (let flips = random() * 32; flips >= 1; flips--) {
      const bit = Math.floor(random() * 64)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    }
    return bytes.toString('hex')
  }
  return () => {
    const base = bases[Math.floor(random() * bases.length)]
    if (base === undefined) throw new Error('no designs to vary')
    const tilt = (random() - 0.5) * 12
    const luma = Buffer.from(base.luma, 'base64').map((value, i) =>
      Math.min(255, Math.max(0, value + tilt * ((i % 24) - 12))),
    )
    const hashes = { ...base.hashes, phash: flip(base.hashes.phash), dhash: flip(base.hashes.dhash) }
    const framed = base.framed && { ...base.framed, phash: flip(base.framed.phash), dhash: flip(base.framed.dhash) }
    return { ...base, hashes, framed, luma: Buffer.from(luma).toString('base64') }
  }
}

function addDesigns(
  catalog: Catalog,
  { shopId, templateId }: { readonly shopId: string; readonly templateId: string },
  from: number,
  vary: () => Fingerprint,
): Promise<void> {
  return catalog.write(() => {
    for (let i = from; i < from + PER_TRANSACTION; i++) {
      const sha256 = i.toString(16).padStart(64, '0')
      const fingerprint = { ...vary(), sha256 }
      const design = { id: `d${i}`, shopId, templateId, copy: 0, fileName: `${i}.png`, fingerprint }
      catalog.designs.addKnown(design, { number: i + 1, remotePath: `/designs/${i}.png`, sha256 })
    }
  })
}

function bruteForce({ designs }: Catalog, templateId: string, queries: readonly SimilarityQuery[]): Set<string>[] {
  const wanted = queries.map(({ fingerprint }) => signatureOf(fingerprint))
  const found = queries.map(() => new Set<string>())
  for (let after = 0; ; ) {
    const rows = designs.hashesAfter(templateId, after, HASH_ALGORITHM_VERSION, 1000)
    for (const { rowid } of rows) {
      const known = designs.signatureOf(rowid)
      for (const [i, query] of wanted.entries()) {
        if (known === null || resemblance(query, known, DEFAULT_MATCHING) === null) continue
        found[i]?.add(designs.byRowid(rowid)?.id ?? '')
      }
    }
    after = rows.at(-1)?.rowid ?? after
    if (rows.length < 1000) return found
  }
}
