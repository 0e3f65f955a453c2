import { randomUUID } from 'node:crypto'
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pg from 'pg'
import sharp from 'sharp'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { accessByFiles } from '../../src/backend/mockup-worker/nas-access.ts'
import type { MockupJob } from '../../src/shared/api/mockup-jobs.ts'
import type { DesignRecord } from '../../src/shared/api/records.ts'
import { startBackendOn, type TestBackend } from '../support/backend.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from '../support/empty-database.ts'
import { expectOk } from '../support/engine.ts'
import { entryOf } from '../support/entries.ts'
import { type Ended, startGalley } from '../support/galley.ts'
import { openMockupShop } from '../support/mockup-shop.ts'
import { layDesign, mockupsBeside, setUpNas, startWorkerProcess } from '../support/mockup-worker.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startSshd } from '../support/sshd.ts'

vi.setConfig({ testTimeout: 180_000 })

const signal = new AbortController().signal
const patience = { timeout: 60_000, interval: 100 }
const postgres = await startPostgres()
const sshd = await startSshd()
afterAll(async () => {
  await sshd[Symbol.asyncDispose]()
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

if (typeof postgres === 'string') test('workers on PostgreSQL', ({ skip }) => skip(postgres))
else describe('workers on PostgreSQL', () => works(postgres))

/** A root on the NAS of the test's own. */
function newRoot(): Promise<string> {
  return mkdtemp(join(sshd.root, 'root-'))
}

async function openShop(service: TestBackend, root: string) {
  const shop = await openMockupShop(service)
  const templateId = await shop.addTemplate('Cup')
  const secrets = await setUpNas(service, shop, sshd, root)
  const record = async (...records: DesignRecord[]) =>
    expectOk(await shop.client.sendBatch(randomUUID(), records, signal))
  /** Waits until the design's first job is so. */
  const until = (id: string, job: object): Promise<unknown> =>
    vi.waitFor(async () => expect(await shop.job(id)).toMatchObject(job), patience)
  return { ...shop, templateId, secrets, record, until }
}

/** A workstation of the shop, in the terminal. */
async function startTerminal(service: TestBackend, { name, token }: { readonly name: string; readonly token: string }) {
  const home = await mkdtemp(join(sshd.scratch, 'terminal-'))
  await writeFile(join(home, 'token'), token)
  const galley = (...args: string[]): Promise<Ended> => startGalley(...args, '--data-dir', join(home, 'data')).ended
  const nas = ['--nas', 'sftp://ana@127.0.0.1:1/designs', '--host-key', sshd.hostKeyFingerprint]
  const backend = ['--backend', service.url, '--token-file', join(home, 'token')]
  expect(await galley('shop', 'add', '--shop', name, ...nas, ...backend)).toMatchObject({ code: 0 })
  return galley
}

function works(server: TestPostgres): void {
  test('each mockup comes to lie beside its design, once, and is told of; drawn anew only where it changed', async () => {
    const url = await server.createDatabase()
    await using service = await startBackendOn({ kind: 'postgres', url })
    const root = await newRoot()
    const shop = await openShop(service, root)
    const front = await shop.putMockup(shop.templateId, 'front')
    await shop.putMockup(shop.templateId, 'side', { quality: 80 })
    const [first, second] = [await layDesign(root, 'Cup', 1), await layDesign(root, 'Cup', 2)]
    await using events = await shop.hear()
    await using worker = startWorkerProcess(url, shop.secrets)
    await shop.record(first, second)
    for (const { id } of [first, second]) await shop.until(id, { state: 'done' })
    const made = await mockupsBeside(first)
    expect([...made.keys()]).toEqual(
      ['front', 'side'].flatMap((name) => [1, 2].map((number) => `UV ${number} Cup_${number}_${name}.jpg`)).sort(),
    )
    const jobs = await Promise.all([first, second].map(async ({ id }) => (await shop.job(id)) as MockupJob))
    const told = jobs.flatMap(({ designs }) => designs.flatMap((design) => design.made))
    expect(new Map(told.map(({ fileName, sha256 }) => [fileName, sha256]))).toEqual(made)
    expect(jobs.flatMap(({ designs }) => designs.map(({ mockups }) => mockups))).toEqual([2, 2])
    const picture = join(dirname(first.remotePath), 'mockups', 'UV 1 Cup_1_front.jpg')
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', width: 200, height: 200 })
    expect(events.jobIds()).toContain(second.id)

    // A changed mockup: old designs on request, and nothing else is touched.
    const { id, revision } = front
    await shop.putMockup(shop.templateId, 'front', { id, revision, quality: 30 })
    const lacking = await shop.ask(`mockups/${id}/lacking`)
    expect(lacking.body).toMatchObject({ designs: 2, seconds: expect.any(Number) })
    await writeFile(join(dirname(first.remotePath), 'mockups', 'UV 2 Cup_2_front.jpg'), 'of somebody else')
    const again = randomUUID()
    const asked = { id: again, designIds: [first.id, second.id], priority: 'low' }
    expect((await shop.ask('mockup-jobs', asked)).status).toBe(202)
    await shop.until(again, {
      designs: expect.arrayContaining([
        expect.objectContaining({ id: first.id, state: 'done' }),
        expect.objectContaining({ id: second.id, failure: expect.objectContaining({ code: 'design-altered' }) }),
      ]),
    })
    const anew = await mockupsBeside(first)
    expect([...anew.keys()]).toEqual([...made.keys()])
    const changed = [...anew].filter(([name, sha256]) => made.get(name) !== sha256).map(([name]) => name)
    expect(changed).toEqual(['UV 1 Cup_1_front.jpg', 'UV 2 Cup_2_front.jpg'])
    worker.stop()
    expect(await worker.ended).toBe(0)
  })

  test('[design gone before its mockups, photo of a mockup gone, NAS away from a worker] each is told in its words, and what can go on goes on', async () => {
    const url = await server.createDatabase()
    await using service = await startBackendOn({ kind: 'postgres', url })
    const root = await newRoot()
    const shop = await openShop(service, root)
    const mockup = await shop.putMockup(shop.templateId, 'front')
    const [gone, photo, away] = [
      await layDesign(root, 'Cup', 1),
      await layDesign(root, 'Cup', 2),
      await layDesign(root, 'Cup', 3),
    ]
    await rm(gone.remotePath)
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    const { rows } = await db.query('select data from blobs where sha256 = $1', [mockup.photo.sha256])
    await db.query('delete from blobs where sha256 = $1', [mockup.photo.sha256])
    await using _worker = startWorkerProcess(url, shop.secrets)
    await shop.record(photo)
    await shop.until(photo.id, {
      state: 'failed',
      designs: [{ failure: { code: 'mockup-picture-gone', detail: { name: 'front' } } }],
    })
    expectOk(await shop.client.putBlob(mockup.photo.sha256, new Uint8Array(rows[0].data), signal))
    const galley = await startTerminal(service, shop)
    const failed = await galley('mockups', '--failed')
    expect(failed).toMatchObject({ code: 3, stderr: '' })
    expect(failed.stdout).toMatch(
      /^UV 2 Cup_2.png: 0 of 1 mockups, failed: A picture of the mockup is gone \(.*front.*\)/,
    )
    expect((await galley('mockups', '--retry')).stdout).toMatch(
      /^UV 2 Cup_2.png: . of 1 mockups, (queued|active|done)\n$/,
    )
    await shop.until(photo.id, { state: 'done' })

    await shop.record(gone)
    await shop.until(gone.id, { state: 'failed', designs: [{ failure: { code: 'design-gone' } }] })
    const lines = (await galley('mockups', '2', '--json')).stdout
    expect(JSON.parse(lines)).toMatchObject({ id: photo.id, state: 'done', made: ['UV 2 Cup_2_front.jpg'], of: 1 })
    expect((await galley('mockups')).stdout).toMatch(
      /^UV 1 .* failed: The file is no longer on the NAS.*\nUV 2 .* done\n$/,
    )

    // Whoever says that a design lies outside of the shop's folder: it is looked for nowhere.
    const outside = await layDesign(await newRoot(), 'Cup', 4)
    await shop.record(outside)
    await shop.until(outside.id, { state: 'failed', designs: [{ failure: { code: 'design-gone' } }] })
    await expect(stat(join(dirname(outside.remotePath), 'mockups'))).rejects.toThrow('ENOENT')

    await sshd.stop()
    await shop.record(away)
    await shop.until(away.id, { state: 'queued', designs: [{ failure: { code: 'nas-unreachable' } }] })
    await sshd.start()
    await shop.until(away.id, { state: 'done', designs: [{ failure: null }] })
    expect([...(await mockupsBeside(away)).keys()]).toEqual(['UV 2 Cup_2_front.jpg', 'UV 3 Cup_3_front.jpg'])
    await db.end()
  })
}

test('a service with its own database makes mockups itself', async () => {
  const folder = await mkdtemp(join(sshd.scratch, 'service-'))
  await placeEmptyDatabase(folder)
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const secretsFolder = join(folder, 'secrets')
  const worker = {
    entryUrl: entryOf('backend/main').href,
    access: accessByFiles(secretsFolder),
    scratchFolder: join(folder, 'scratch'),
    designs: 1,
    log,
  }
  const database = { kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER } as const
  await using service = await startBackendOn(database, undefined, worker)
  const root = await newRoot()
  const shop = await openShop(service, root)
  await rename(shop.secrets, secretsFolder)
  await shop.putMockup(shop.templateId, 'front')
  const design = await layDesign(root, 'Cup', 7)
  await shop.record(design)
  await shop.until(design.id, { state: 'done' })
  expect([...(await mockupsBeside(design)).keys()]).toEqual(['UV 7 Cup_7_front.jpg'])
})
