import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createBackend } from '../../src/backend/backend.ts'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { startBackendOn } from '../support/backend.ts'
import { EMBEDDED_WORKER, placeEmptyDatabase } from '../support/empty-database.ts'
import { entryOf } from '../support/entries.ts'
import { sampleRecord } from '../support/sample-record.ts'

const MAIN = entryOf('backend/main').pathname
const signal = new AbortController().signal

let folder: string
let place: DatabasePlace

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-backend-'))
  place = { kind: 'embedded', folder, workerEntry: EMBEDDED_WORKER }
  await placeEmptyDatabase(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the embedded database', () => {
  it('keeps records, tokens and answers over a restart', async () => {
    const first = await startBackendOn(place)
    const token = await first.addShop('shop')
    await first.client(token).sendBatch('k', [sampleRecord(1)], signal)
    await first[Symbol.asyncDispose]()

    await using second = await startBackendOn(place)
    const client = second.client(token)
    expect(await client.sendBatch('k', [sampleRecord(1)], signal)).toMatchObject({
      value: { outcomes: [{ status: 'created' }] },
    })
    expect(await client.hashFeed(0, 10, signal)).toMatchObject({ value: { entries: [{ number: 1, rev: 1 }] } })
    expect(await second.backend.addShop('shop', 'again')).toBeNull()
  })

  it('is refused to a second service, by name of the folder, and free again when the first has ended', async () => {
    const first = await startBackendOn(place)
    const second = await createBackend({ database: place })
    expect(second).toMatchObject({
      ok: false,
      failure: { code: 'data-folder-in-use', detail: { says: 'used-by', folder } },
    })
    await first[Symbol.asyncDispose]()
    await using _third = await startBackendOn(place)
  })

  it('opens to exactly one of many that start at once', async () => {
    const starts = await Promise.all(Array.from({ length: 4 }, () => createBackend({ database: place })))
    const started = starts.flatMap((start) => (start.ok ? [start.value] : []))
    for (const backend of started) await backend.close()
    expect(started).toHaveLength(1)
  })

  it('is shut to other users, also where the folder was open to them before', async (context) => {
    if (process.platform === 'win32') return context.skip('Windows keeps folders apart by itself')
    await chmod(folder, 0o755)
    const service = await startBackendOn(place)
    const token = await service.addShop('shop')
    await service.client(token).sendBatch('k', [sampleRecord(1)], signal)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    await service[Symbol.asyncDispose]()
    const content = await readdir(folder, { recursive: true })
    expect(content.length).toBeGreaterThan(900)
    const open = content.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0)
    expect(open).toEqual([])
  })

  it('one that was killed while it was made is made anew', async () => {
    await rm(join(folder, 'pgdata'), { recursive: true })
    await mkdir(join(folder, 'pgdata.making', 'base'), { recursive: true })
    await writeFile(join(folder, 'pgdata.making', 'PG_VERSION'), '17')
    await using backend = await startBackendOn(place)
    expect((await fetch(`${backend.url}/health`)).status).toBe(200)
  })

  it('a damaged one is said to be damaged, and the folder is free for another try', async () => {
    await writeFile(join(folder, 'pgdata', 'PG_VERSION'), 'nonsense')
    expect(await createBackend({ database: place })).toMatchObject({ failure: { code: 'catalog-damaged' } })
    await rm(join(folder, 'pgdata'), { recursive: true })
    await placeEmptyDatabase(folder)
    await using _again = await startBackendOn(place)
  })

  it('one that a newer program made is refused and left as it is', async () => {
    const first = await createBackend({ database: place })
    if (!first.ok) throw new Error(first.failure.message)
    await first.value.close()
    const { PGlite } = await import('@electric-sql/pglite')
    const database = await PGlite.create(join(folder, 'pgdata'))
    await database.query('update schema_version set version = 999')
    await database.close()
    expect(await createBackend({ database: place })).toMatchObject({
      failure: { code: 'catalog-newer', detail: { says: 'newer-version', version: 999 } },
    })
  })
})

it('a database server that cannot be reached is a setting to correct, said at once', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/nothing'
  expect(await createBackend({ database: { kind: 'postgres', url } })).toMatchObject({
    failure: { code: 'configuration', detail: { says: 'of-database', words: expect.stringContaining('ECONNREFUSED') } },
  })
})

describe('from the terminal', { timeout: 180_000 }, () => {
  it('kill -9 while records come in loses none that were acknowledged, and doubles none', async () => {
    const { token } = JSON.parse((await run('shop', 'add', 'shop')).output)
    const acknowledged = new Set<string>()
    let next = 1
    for (let round = 0; round < 3; round++) {
      const service = await serve()
      const client = createRecordClient({ url: service.url, token })
      // Killed in mid-flight, as soon as some of this round were acknowledged.
      const target = acknowledged.size + 40
      const send = async (): Promise<void> => {
        for (;;) {
          const records = [sampleRecord(next++), sampleRecord(next++)]
          const answer = await client.sendBatch(`k${records[0]?.number}`, records, signal)
          if (!answer.ok) return
          for (const { id } of answer.value.outcomes) if (id !== null) acknowledged.add(id)
          if (acknowledged.size >= target) service.child.kill('SIGKILL')
        }
      }
      await Promise.all([send(), send(), send()])
      await service.exited
    }
    const service = await serve()
    const feed = await createRecordClient({ url: service.url, token }).hashFeed(0, 1000, signal)
    if (!feed.ok) throw new Error(feed.failure.message)
    const stored = feed.value.entries.map(({ id }) => id)
    expect(new Set(stored).size).toBe(stored.length)
    expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([])
    expect(acknowledged.size).toBeGreaterThanOrEqual(120)
  })

  it('[killed in a container] it starts again though its process number is the one of before', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('a process namespace needs root')
    const contained = () => serve({ wrap: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=KILL'] })
    const first = await contained()
    first.child.kill('SIGKILL')
    await first.exited
    expect((await fetch(`${(await contained()).url}/health`)).status).toBe(200)
    expect(await readFile(join(folder, 'lock.owner'), 'utf8')).toBe('1')
  })

  it('SIGTERM ends it cleanly', async () => {
    const service = await serve()
    expect((await fetch(`${service.url}/health`)).status).toBe(200)
    service.child.kill('SIGTERM')
    expect(await service.exited).toBe(0)
  })

  it('a port that is taken is said in one line, and the folder is free again', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as AddressInfo
    expect(await run('serve', '--port', String(port))).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/Cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE/),
    })
    expect((await run('shop', 'list')).code).toBe(0)
  })

  it('adds, lists and revokes, and says in one line what is wrong, whether the service runs or not', async () => {
    expect(await run('token', 'add', 'nowhere', '--device', 'pc')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/none.*nowhere/),
    })
    const first = JSON.parse((await run('shop', 'add', 'My shop', '--device', 'studio')).output)
    expect(await run('shop', 'add', 'My shop')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/one already.*My shop/),
    })
    expect((await run('token', 'revoke', first.tokenId)).code).toBe(0)
    expect(await run('token', 'revoke', first.tokenId)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/No token/),
    })
    const listed = await run('shop', 'list')
    expect(JSON.parse(listed.output)).toMatchObject({
      name: 'My shop',
      tokens: [{ device: 'studio', revokedAt: expect.any(String) }],
    })
    expect(listed.output).not.toContain(first.token)
    const service = await serve()
    const second = JSON.parse((await run('token', 'add', 'My shop', '--device', 'second')).output)
    expect(await createRecordClient({ url: service.url, token: second.token }).shop(signal)).toMatchObject({ ok: true })
    service.child.kill('SIGKILL')
    await service.exited
    expect((await run('device', 'revoke', second.tokenId)).code).toBe(0)
  })
})

interface Served {
  readonly url: string
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
}

async function serve({ wrap = [] }: { wrap?: readonly string[] } = {}): Promise<Served> {
  const child = startWith(wrap, 'serve', '--port', '0')
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()))
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)))
  })
  return { url: JSON.parse(line).listening, child, exited }
}

async function run(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = start(...args)
  let output = ''
  let errors = ''
  child.stdout?.on('data', (data: Buffer) => {
    output += data
  })
  child.stderr?.on('data', (data: Buffer) => {
    errors += data
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output, errors }
}

function start(...args: string[]): ChildProcess {
  return startWith([], ...args)
}

/** With another command that runs it. */
function startWith(wrap: readonly string[], ...args: string[]): ChildProcess {
  const { DATABASE_URL: _, ...env } = process.env
  const [command = '', ...rest] = [...wrap, process.execPath, MAIN, '--data-dir', folder, ...args]
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env })
}
