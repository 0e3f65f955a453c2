import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Patience } from '../../src/backend/database/database.ts'
import { startBackendOn } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { entryOf } from '../support/entries.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { sampleRecord } from '../support/sample-record.ts'

const MAIN = entryOf('backend/main').pathname
const signal = new AbortController().signal

const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

if (typeof postgres === 'string') it('a service whose PostgreSQL fails it', ({ skip }) => skip(postgres))
else describe('a service whose PostgreSQL fails it', () => fails(postgres))

function fails(postgres: TestPostgres): void {
  it('goes on when its idle database connections broke', async () => {
    await using service = await startBackendOn({ kind: 'postgres', url: await postgres.createDatabase() })
    const client = service.client(await service.addShop('shop'))
    expectOk(await client.sendBatch('k1', [sampleRecord(1)], signal))
    await postgres.dropConnections()
    // The pool may hand out a connection before it heard that it broke; the client's own answer to that is to try again.
    await expect.poll(() => client.shop(signal)).toMatchObject({ ok: true })
    expect(await client.sendBatch('k2', [sampleRecord(1)], signal)).toMatchObject({
      value: { outcomes: [{ status: 'existing' }] },
    })
  })

  it('[in flight twice] a chunk that is sent again while it is being stored is told to wait; once stored, it is answered', async () => {
    await using held = await heldShop(postgres)
    const { client, first } = held
    expect(await client.sendBatch('k', [sampleRecord(1)], signal)).toMatchObject({
      failure: { code: 'backend-busy', retryAfterMs: 1000 },
    })
    await held.letGo()
    expect(await first).toMatchObject({ value: { outcomes: [{ status: 'created' }] } })
    expect(await client.sendBatch('k', [sampleRecord(1)], signal)).toMatchObject({
      value: { outcomes: [{ status: 'created' }] },
    })
  })

  it('a chunk whose database connection broke is to be sent again, and is then stored once', async () => {
    await using held = await heldShop(postgres)
    await postgres.dropConnections()
    expect(await held.first).toMatchObject({ failure: { code: 'backend-busy', retryAfterMs: 5000 } })
    const again = () => held.client.sendBatch('k', [sampleRecord(1)], signal)
    await expect.poll(again).toMatchObject({ ok: true, value: { outcomes: [{ status: 'created' }] } })
    expect(expectOk(await held.client.hashFeed(0, 10, signal)).entries).toHaveLength(1)
  })

  it('[database falls silent] a chunk whose connection says nothing any more is given up in time, and is then stored', async () => {
    await using line = await silencingLine(await postgres.createDatabase())
    await using service = await startBackendOn({
      kind: 'postgres',
      url: line.url,
      patience: { statementMs: 300, silenceMs: 500 },
    })
    const client = service.client(await service.addShop('shop'))
    line.silenceAt('begin')
    expect(await client.sendBatch('k', [sampleRecord(1)], signal)).toMatchObject({ failure: { code: 'backend-busy' } })
    const again = () => client.sendBatch('k', [sampleRecord(1)], signal)
    await expect.poll(again).toMatchObject({ ok: true, value: { outcomes: [{ status: 'created' }] } })
  })

  it('a statement that waits too long for another transaction is ended by the server, and its key is free', async () => {
    await using held = await heldShop(postgres, { statementMs: 300, silenceMs: 5000 })
    expect(await held.first).toMatchObject({ failure: { code: 'backend-busy', retryAfterMs: 5000 } })
    await held.letGo()
    expect(await held.client.sendBatch('k', [sampleRecord(1)], signal)).toMatchObject({
      value: { outcomes: [{ status: 'created' }] },
    })
  })

  it('is alive without its database, and ready again with it; it tells why it is not', async () => {
    await using line = await silencingLine(await postgres.createDatabase())
    await using service = await startBackendOn({ kind: 'postgres', url: line.url })
    const look = async (path: string) => {
      const answer = await fetch(`${service.url}/health/${path}`)
      return answer.json()
    }
    line.silenceAt('select 1')
    const unready = { status: 'unavailable', reasons: ['the database does not answer in time'] }
    const answer = await fetch(`${service.url}/health/ready`)
    expect([answer.status, await answer.json()]).toEqual([503, unready])
    expect(await look('live')).toEqual({ status: 'ok' })
    await expect.poll(() => look('ready'), { timeout: 10_000 }).toEqual({ status: 'ok' })
  })

  it('SIGTERM ends it cleanly', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'galley-backend-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const env = { ...process.env, DATABASE_URL: await postgres.createDatabase() }
    const child = spawn(process.execPath, [MAIN, '--data-dir', folder, 'serve', '--port', '0'], { stdio: 'pipe', env })
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
}

/** The way to a database, on which a connection says nothing any more once it has passed a statement: that statement is
 *  lost too. New connections are whole. */
async function silencingLine(databaseUrl: string) {
  const address = new URL(databaseUrl)
  const folder = address.searchParams.get('host')
  let silencing: string | null = null
  const sockets = new Set<Socket>()
  const line = createServer((near) => {
    const far = folder === null ? connect(Number(address.port), address.hostname) : connect(`${folder}/.s.PGSQL.5432`)
    let isSilent = false
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', (data: Buffer) => {
        if (silencing !== null && data.includes(silencing)) {
          silencing = null
          isSilent = true
        }
        if (!isSilent) to.write(data)
      })
    }
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  const { port } = line.address() as AddressInfo
  return {
    url: `postgres://${address.username}@127.0.0.1:${port}${address.pathname}`,
    silenceAt(statement: string) {
      silencing = statement
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      line.close()
    },
  }
}

/** A shop whose row another transaction holds, and a chunk under the key `k` that waits for it. */
async function heldShop(server: TestPostgres, patience?: Patience) {
  const url = await server.createDatabase()
  const service = await startBackendOn({ kind: 'postgres', url, ...(patience === undefined ? {} : { patience }) })
  const client = service.client(await service.addShop('shop'))
  const holder = new pg.Client({ connectionString: url })
  holder.on('error', () => undefined)
  await holder.connect()
  await holder.query('begin')
  await holder.query('select 1 from shops for update')
  const first = client.sendBatch('k', [sampleRecord(1)], signal)
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1)
  return {
    client,
    first,
    letGo: () => holder.query('rollback'),
    async [Symbol.asyncDispose]() {
      await holder.end().catch(() => undefined)
      await service[Symbol.asyncDispose]()
    },
  }
}
