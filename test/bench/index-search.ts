import { execFile, execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Catalog, catalogFile } from '../../src/engine/catalog/open-catalog.ts'
import { signatureOf } from '../../src/engine/signature.ts'
import { type Resemblance, resemblance } from '../../src/engine/similarity/rule.ts'
import { MOST_FOUND, type NearDesign, type SimilarityQuery } from '../../src/engine/similarity/search.ts'
import { createSimilarityIndex } from '../../src/engine/similarity/similarity-index.ts'
import { DEFAULT_MATCHING, MATCH_KINDS } from '../../src/shared/domain/match.ts'
import { type Fingerprint, HASH_ALGORITHM_VERSION } from '../../src/shared/domain/picture.ts'
import { forkOptions } from '../../src/shared/worker/port.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog.ts'
import { expectOk } from '../support/engine.ts'
import { examineHere } from '../support/examine-here.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'
import { median, timed } from './measure.ts'
import { type BenchContext, judged, reported } from './row.ts'
import type { SearchFigures } from './search-child.ts'
import { createVariedDesigns } from './varied-designs.ts'

/** Designs, and what is to be reached with them. */
interface Size {
  readonly designs: number
  readonly chunk: string
  readonly others: { readonly made: string; readonly usable: string; readonly memory: string } | null
}

const others = { made: '<= 10', usable: '<= 1', memory: '<= 5' }
const SIZES: Readonly<Record<string, Size>> = {
  '100,000 designs': { designs: 1e5, chunk: '<= 60', others },
  '1,000,000 designs': { designs: 1e6, chunk: '<= 60', others },
}
/** 20 GB and an hour: measured only when it is named. */
const HUGE: Readonly<Record<string, Size>> = { '10,000,000 designs': { designs: 1e7, chunk: '<= 600', others: null } }
const SEARCH_CHILD = join(import.meta.dirname, 'search-child.ts')
const BASES = 400
const CHUNK = 20
const CHUNKS = 100
/** Each chunk of brute force takes seconds. */
const BRUTE_CHUNKS = 2
const PER_TRANSACTION = 5000
const PER_READ = 1000
/** Of the library that warms the searching process. */
const SMALL = 20_000
const MB = 1e6

/** A chunk of 20 items against the whole library: how long, in what memory, and whether it finds what brute force finds. */
export async function run(context: BenchContext): Promise<void> {
  if (!haveRealDesigns()) return context.note('Install openclipart-png: the library is varied from its designs.')
  const bases = await examineBases(join(context.scratch, 'bases'))
  const vary = createVariedDesigns(bases)
  for (const [name, size] of Object.entries(SIZES)) if (context.wants(name)) await measure(context, name, size, vary)
  for (const [name, size] of Object.entries(HUGE)) if (context.names(name)) await measure(context, name, size, vary)
}

async function measure(context: BenchContext, name: string, size: Size, vary: () => Fingerprint): Promise<void> {
  await using library = await openTestCatalog()
  const { catalog, templateId, dataDir } = library
  const report = (metric: string, value: number, unit: string, target?: string): void => {
    const row = { bench: 'index', case: name, metric, value, unit }
    context.report(target === undefined ? reported(row) : judged(row, target))
  }
  context.note(`${name}: filling the catalog ...`)
  const small = await addSmallTemplate(library)
  for (let at = 0; at < SMALL; at += PER_TRANSACTION) await addDesigns(catalog, small, at, vary)
  for (let at = 0; at < size.designs; at += PER_TRANSACTION) await addDesigns(catalog, library, SMALL + at, vary)
  const chunks = Array.from({ length: CHUNKS }, () =>
    Array.from({ length: CHUNK }, () => ({ id: 'new', fingerprint: vary() })),
  )
  const one = chunks.slice(0, 1).flatMap((chunk) => chunk.slice(0, 1))
  const folder = join(dataDir, 'index')
  const open = () => createSimilarityIndex(catalog.designs, folder)

  const built = open()
  await built.query(small.templateId, one, DEFAULT_MATCHING)
  report(
    'made from the catalog',
    (await timed(() => built.query(templateId, one, DEFAULT_MATCHING))) / 1000,
    's',
    size.others?.made,
  )
  await built.close()

  // What was written is on the disk before anything is timed.
  execFileSync('sync')
  const asked = join(dataDir, 'chunks.json')
  await writeFile(asked, JSON.stringify(chunks))
  const { env, execArgv } = forkOptions('engine')
  const child = [
    ...execArgv,
    '--expose-gc',
    SEARCH_CHILD,
    catalogFile(dataDir),
    folder,
    templateId,
    asked,
    small.templateId,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, child, { env: { ...process.env, ...env } })
  const figures: SearchFigures = JSON.parse(stdout)
  const times = figures.chunkMs.toSorted((a, b) => a - b)
  report('start to usable', figures.usableMs / 1000, 's', size.others?.usable)
  report('chunk of 20, median', median(times), 'ms')
  report('chunk of 20, p99', times[Math.ceil(CHUNKS * 0.99) - 1] ?? 0, 'ms', size.chunk)
  report('event loop held meanwhile, p99', figures.loopDelayP99Ms, 'ms', '< 20')
  report('memory held', figures.heldBytes / MB, 'MB')
  report('memory more than with a small library', figures.grownBytes / MB, 'MB', size.others?.memory)

  const index = open()
  const brute: number[] = []
  let [expected, differing] = [0, 0]
  for (const chunk of chunks.slice(0, BRUTE_CHUNKS)) {
    const near = expectOk(await index.query(templateId, chunk, DEFAULT_MATCHING))
    let plain: Map<string, Resemblance['kind']>[] = []
    brute.push(await timed(async () => (plain = bruteForce(catalog, templateId, chunk))))
    for (const [query, alike] of plain.entries()) {
      expected += alike.size
      differing += differences(near[query] ?? [], alike)
    }
  }
  report('brute force, median', median(brute), 'ms')
  report(`differing from brute force, of ${expected}`, differing, 'matches', '<= 0')
  await index.close()
}

async function examineBases(folder: string): Promise<Fingerprint[]> {
  const found: Fingerprint[] = []
  for (const path of await copyRealDesigns(folder, BASES)) {
    const examined = await examineHere(path)
    if (examined.ok && !examined.value.fingerprint.lowVariance) found.push(examined.value.fingerprint)
  }
  return found
}

async function addSmallTemplate({ catalog, shopId, templateId }: TestCatalog) {
  const template = catalog.shops.template(templateId)
  if (template === null) throw new Error('the test catalog has no template')
  const small = { shopId, templateId: 'small' }
  await catalog.write(() => catalog.shops.saveTemplate({ ...template, id: small.templateId, name: small.templateId }))
  return small
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

/** By id, all that resemble each query. */
function bruteForce(
  { designs }: Catalog,
  templateId: string,
  queries: readonly SimilarityQuery[],
): Map<string, Resemblance['kind']>[] {
  const wanted = queries.map(({ fingerprint }) => signatureOf(fingerprint))
  const found = queries.map(() => new Map<string, Resemblance['kind']>())
  for (let after = 0; ; ) {
    const rows = designs.signedAfter(templateId, after, HASH_ALGORITHM_VERSION, PER_READ)
    const ids = new Map(designs.byRowid(rows.map(({ rowid }) => rowid)).map(({ rowid, id }) => [rowid, id]))
    for (const known of rows) {
      for (const [i, query] of wanted.entries()) {
        const alike = resemblance(query, known, DEFAULT_MATCHING)
        if (alike !== null) found[i]?.set(ids.get(known.rowid) ?? '', alike.kind)
      }
    }
    after = rows.at(-1)?.rowid ?? after
    if (rows.length < PER_READ) return found
  }
}

/** What is told of a query but does not resemble it so, is missing, or is further than something that is not told. */
function differences(told: readonly NearDesign[], alike: ReadonlyMap<string, Resemblance['kind']>): number {
  const wrong = told.filter(({ id, kind }) => alike.get(id) !== kind).length
  const missing = Math.min(MOST_FOUND, alike.size) - told.length
  const ids = new Set(told.map(({ id }) => id))
  const rank = (kind: Resemblance['kind']): number => MATCH_KINDS.indexOf(kind)
  const furthest = Math.max(...told.map(({ kind }) => rank(kind)))
  const closer = [...alike].filter(([id, kind]) => !ids.has(id) && rank(kind) < furthest).length
  return wrong + Math.abs(missing) + closer
}
