import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test, vi } from 'vitest'
import type { LibraryState } from '../../src/shared/domain/library.ts'
import { factsOf, type ShownStage } from '../../src/shared/domain/stages.ts'
import { startBackendOn, type TestBackend } from '../support/backend.ts'
import { addShop, expectOk } from '../support/engine.ts'
import { type EngineShop, openEngineShop, writeDesigns } from '../support/engine-shop.ts'
import { type Gate, startGate } from '../support/gate.ts'
import { manyDesigns, runOn } from '../support/many-designs.ts'
import { startPostgres } from '../support/postgres.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 120_000 })

const [sshd, postgres] = await Promise.all([startSshd(), startPostgres()])
const databaseUrl = typeof postgres === 'string' ? null : await postgres.createDatabase()
const backend = databaseUrl === null ? null : await startBackendOn({ kind: 'postgres', url: databaseUrl })
afterAll(async () => {
  await library.then(({ ana }) => ana[Symbol.asyncDispose]()).catch(() => undefined)
  await backend?.[Symbol.asyncDispose]()
  await sshd[Symbol.asyncDispose]()
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
/** Several pages. */
const MANY = 2_000

/** A shop of many designs, to which a workstation adds eight last: their originals, and edits that look like them. */
async function openLibrary(
  designs = MANY,
): Promise<{ token: string; known: string[]; edits: string[]; ana: EngineShop }> {
  if (backend === null || databaseUrl === null) throw new Error(String(postgres))
  const name = `library ${randomUUID()}`
  const token = await backend.addShop(name)
  if (designs > 0) await runOn(databaseUrl, manyDesigns(name, designs), 'analyze designs')
  const ana = await openEngineShop({ sshd, backend, token })
  const known = await writeDesigns(ana.drops, SEEDS)
  const stored = await ana.rest(await ana.drop(known))
  expect(stored.map(({ outcome }) => outcome)).toEqual(known.map(() => 'done'))
  const edits = await Promise.all(
    known.map(async (path, n) => {
      const edit = join(path, '..', `edit ${n}.png`)
      await sharp(path).modulate({ brightness: 1.05 }).png({ compressionLevel: 0 }).toFile(edit)
      return edit
    }),
  )
  return { token, known, edits, ana }
}

/** Of all tests that only read it. */
const library = backend === null ? Promise.reject(new Error(String(postgres))) : openLibrary()
await library.catch(() => undefined)

/** The pages of designs that were asked for: after which rev. */
function pagesOf({ requests }: Gate): number[] {
  return requests.flatMap(({ path }) => {
    const url = new URL(path, 'http://gate')
    return url.pathname === '/v1/hashes' ? Number(url.searchParams.get('after')) : []
  })
}

/** Lets so many more pages pass, and holds those behind them. */
function holdPages(gate: Gate): { letPass(count: number): void; pass(): void } {
  const held = Promise.withResolvers<void>()
  let allowed = 1
  gate.before = ({ path }) => (path.startsWith('/v1/hashes') && pagesOf(gate).length > allowed ? held.promise : null)
  return {
    letPass(count) {
      allowed = pagesOf(gate).length + count
    },
    pass: held.resolve,
  }
}

async function newWorkstation(ana: EngineShop, token: string, gate: Gate): Promise<EngineShop> {
  if (backend === null) throw new Error(String(postgres))
  const reached: TestBackend = { ...backend, url: gate.url }
  return openEngineShop({ sshd, backend: reached, token, nasRoot: ana.nasRoot })
}

async function libraries({ engine }: EngineShop): Promise<readonly LibraryState[]> {
  return expectOk(await engine.peer.call('status', null)).libraries
}

const isStored = ({ stage }: { readonly stage: ShownStage }): boolean => factsOf(stage).phase === 'stored'
const isWaiting = (items: Awaited<ReturnType<EngineShop['items']>>): boolean =>
  items.length > 0 && items.every(({ stage, hold }) => stage === 'matching' && hold?.kind === 'library')

test.skipIf(backend === null)(
  'a new workstation sends nothing that the shop has, nor what looks like it, however long its library takes to be read',
  async () => {
    const { token, known, edits, ana } = await library
    await using gate = await startGate(backend?.url ?? '')
    const pages = holdPages(gate)
    await using ben = await newWorkstation(ana, token, gate)
    const batchId = await ben.drop([...known, ...edits])
    await ben.until(batchId, (items) => items.length === 16 && isWaiting(items))
    expect((await ben.batch(batchId)).hold).toEqual({ kind: 'library' })
    const [state] = await libraries(ben)
    expect(state).toMatchObject({ kind: 'reading', total: MANY + 8 })
    pages.pass()
    const receipt = await ben.rest(batchId)
    expect(receipt.map(({ outcome }) => outcome)).toEqual([
      ...known.map(() => 'skipped'),
      ...edits.map(() => 'pending'),
    ])
    expect(receipt.slice(8).every(({ reason }) => reason.startsWith('review: resembles design'))).toBe(true)
    expect(await libraries(ben)).toEqual([])
  },
)

test.skipIf(backend === null)(
  '[library out of reach] what is dropped is compared with what is known here, and that is said',
  async () => {
    const { known, ana } = await openLibrary(0)
    await using _ana = ana
    await ana.reach({ backendUrl: 'http://127.0.0.1:9' })
    const [news = ''] = await writeDesigns(ana.drops, [99])
    const batchId = await ana.drop([...known, news])
    await ana.until(batchId, (items) => items.length === 9 && items.slice(8).every(isStored))
    expect((await ana.items(batchId)).slice(0, 8).map(({ stage }) => stage)).toEqual(known.map(() => 'skipped'))
    expect(await libraries(ana)).toMatchObject([{ kind: 'away', failure: { code: 'backend-unreachable' } }])
  },
)

test.skipIf(backend === null)("a shop whose library is being read holds no other's drop up", async () => {
  const { token, known, ana } = await library
  await using gate = await startGate(backend?.url ?? '')
  const pages = holdPages(gate)
  await using ben = await newWorkstation(ana, token, gate)
  const held = await ben.drop(known)
  await ben.until(held, isWaiting)
  const nas = { ...sshd.nas, root: ana.nasRoot }
  const other = await addShop(ben.engine, { sshd, backendUrl: 'http://127.0.0.1:9', nas })
  const policy = { onDuplicate: 'skip', onSimilar: 'review' } as const
  const { batchId } = expectOk(await ben.engine.peer.call('acceptPaths', { paths: known, ...other, policy }))
  await ben.until(batchId, (items) => items.length === 8 && items.every(isStored))
  expect(isWaiting(await ben.items(held))).toBe(true)
  pages.pass()
  expect((await ben.rest(held)).map(({ outcome }) => outcome)).toEqual(known.map(() => 'skipped'))
})

test.skipIf(backend === null)(
  '[library half read] a service that dies while it is read is not waited for, and is then read on from there, after a restart too',
  async () => {
    const { token, known, ana } = await library
    await using gate = await startGate(backend?.url ?? '')
    const pages = holdPages(gate)
    await using ben = await newWorkstation(ana, token, gate)
    const batchId = await ben.drop(known)
    await ben.until(batchId, isWaiting)
    // Killed in the middle, it waits once more.
    pages.letPass(1)
    await ben.killAndRestart()
    await ben.until(batchId, isWaiting)
    expect(await libraries(ben)).toMatchObject([{ kind: 'reading', total: MANY + 8 }])
    const asked = pagesOf(gate).length
    gate.target = 'http://127.0.0.1:9'
    pages.pass()
    await vi.waitFor(async () => expect(await libraries(ben)).toMatchObject([{ kind: 'away' }]), { timeout: 40_000 })
    gate.target = backend?.url ?? ''
    expectOk(await ben.engine.peer.call('secretsChanged', { shopId: ben.shopId }))
    await vi.waitFor(async () => expect(await libraries(ben)).toEqual([]), { timeout: 40_000 })
    expect(Math.min(...pagesOf(gate).slice(asked))).toBeGreaterThan(0)
    expect((await ben.rest(await ben.drop(known))).map(({ outcome }) => outcome)).toEqual(known.map(() => 'skipped'))
  },
)

test.skipIf(backend === null)(
  'a template that is known does not wait while the feed is read anew for another one',
  async () => {
    const { token, known, ana } = await library
    await using gate = await startGate(backend?.url ?? '')
    await using ben = await newWorkstation(ana, token, gate)
    const skipped = known.map(() => 'skipped')
    expect((await ben.rest(await ben.drop(known))).map(({ outcome }) => outcome)).toEqual(skipped)
    const pages = holdPages(gate)
    pages.letPass(1)
    const [id, { shopId }] = [randomUUID(), ben]
    const print = { widthInches: 9, heightInches: 4, dpi: 300, fit: 'contain', namePattern: '{number}' } as const
    expectOk(await ben.engine.peer.call('saveTemplate', { id, shopId, name: 'Sticker', ...print }))
    const held = await ben.drop(known.slice(0, 1), {}, id)
    await ben.until(held, isWaiting)
    expect((await ben.rest(await ben.drop(known))).map(({ outcome }) => outcome)).toEqual(skipped)
    pages.pass()
    expect((await ben.rest(held)).map(({ outcome }) => outcome)).toEqual(['done'])
  },
)
