import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, test } from 'vitest'
import type { DatabasePlace } from '../../src/backend/database/database.ts'
import { keptIdentity } from '../../src/backend/tls/kept-identity.ts'
import { fingerprintOf } from '../../src/backend/tls/tls-identity.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { pairWithService } from '../../src/engine/records/pair.ts'
import { pinnedFetch } from '../../src/engine/records/pinned-fetch.ts'
import { startBackend, startBackendOn } from '../support/backend.ts'
import { placeEmptyDatabase } from '../support/empty-database.ts'
import { expectOk } from '../support/engine.ts'
import { startPostgres } from '../support/postgres.ts'

const signal = new AbortController().signal
const postgres = await startPostgres()
afterAll(async () => {
  if (typeof postgres !== 'string') await postgres[Symbol.asyncDispose]()
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-pairing-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('pairing on PGlite', () => behaves(async () => undefined))
if (typeof postgres === 'string') test('pairing on PostgreSQL', ({ skip }) => skip(postgres))
else {
  describe('pairing on PostgreSQL', () =>
    behaves(async () => ({ kind: 'postgres', url: await postgres.createDatabase() })))

  it('a code is of no use after its ten minutes', async () => {
    const place: DatabasePlace = { kind: 'postgres', url: await postgres.createDatabase() }
    const { url, code } = await open(place)
    const database = new pg.Client({ connectionString: place.url })
    await database.connect()
    const { rows } = await database.query("select expires_at - now() < interval '10 min' as soon from pairings")
    expect(rows).toEqual([{ soon: true }])
    await database.query("update pairings set expires_at = expires_at - interval '10 min'")
    await database.end()
    expect(await pairWithService({ urls: [url], code, device: 'pc' }, signal)).toMatchObject(REFUSED)
  })
}

const REFUSED = { failure: { code: 'pairing-refused' } }
const WRONG = '0000-0000-0000'

function behaves(placeOf: () => Promise<DatabasePlace | undefined>): void {
  it('a code proves the key of the service, gives one token, and is then used up', async () => {
    const { service, url, code, fingerprint } = await open(await placeOf())
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/)
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`
    const paired = expectOk(await pairWithService({ urls: [url], code: typed, device: 'studio' }, signal))
    expect(paired).toMatchObject({ shopName: 'shop', fingerprint })
    const client = createRecordClient({ url, token: paired.token, fingerprint })
    expect(await client.shop(signal)).toMatchObject({ ok: true, value: { name: 'shop' } })
    expect(await pairWithService({ urls: [url], code, device: 'second' }, signal)).toMatchObject(REFUSED)
    const [, device] = await service.backend.listDevices()
    expect(device).toMatchObject({ shop: 'shop', device: 'studio', lastSeenAt: expect.any(String), revokedAt: null })
    await service.backend.revokeToken(device?.id ?? '')
    expect(await client.shop(signal)).toMatchObject({ failure: { code: 'backend-token' } })
  })

  it('a code ends with the fifth wrong one, and not before', async () => {
    const { service, url, code } = await open(await placeOf())
    const guess = () => pairWithService({ urls: [url], code: WRONG, device: 'guesser' }, signal)
    for (let n = 0; n < 4; n++) expect(await guess()).toMatchObject(REFUSED)
    expectOk(await pairWithService({ urls: [url], code, device: 'pc' }, signal))
    const second = (await service.backend.openPairing('shop'))?.code ?? ''
    for (let n = 0; n < 5; n++) await guess()
    expect(await pairWithService({ urls: [url], code: second, device: 'pc' }, signal)).toMatchObject(REFUSED)
  })

  it('[somebody in between] whoever hands everything on with a key of their own gets no token', async () => {
    const { service, url, code, fingerprint } = await open(await placeOf())
    const between = await keptIdentity(join(folder, 'between'))
    const handOn = pinnedFetch(fingerprint)
    const server = createServer(between, async (request, response) => {
      const { url: path = '', method = '', headers } = request
      const init = { method, headers: { 'content-type': 'application/json' }, redirect: 'manual', signal } as const
      const body = method === 'POST' ? { body: await text(request) } : {}
      const { authorization = '' } = headers
      const answer = await handOn(new URL(path, url), { ...init, headers: { ...init.headers, authorization }, ...body })
      response.writeHead(answer.status).end(await answer.text())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const lure = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(await pairWithService({ urls: [lure], code, device: 'pc' }, signal)).toMatchObject(REFUSED)
    expect(await service.backend.listDevices()).toHaveLength(1)
    // It was one wrong try; the code is still good for the service itself.
    expectOk(await pairWithService({ urls: [url], code, device: 'pc' }, signal))
  })
}

it('from the terminals: the service tells a code while it runs, and the workstation is one from then on', {
  timeout: 120_000,
}, async () => {
  const [home, dataDir] = [join(folder, 'service'), join(folder, 'workstation')]
  await placeEmptyDatabase(home)
  await run('backend/main.ts', '--data-dir', home, 'shop', 'add', 'Shop')
  const service = start('backend/main.ts', '--data-dir', home, 'serve', '--host', '0.0.0.0', '--port', '0')
  onTestFinished(() => void service.kill('SIGKILL'))
  const [line] = await once(service.stdout, 'data')
  const { listening, fingerprint } = JSON.parse(String(line))
  expect(listening).toMatch(/^https:/)
  const told = JSON.parse(await run('backend/main.ts', '--data-dir', home, 'pair', '--shop', 'Shop'))
  expect(told).toMatchObject({ shop: 'Shop', fingerprint, validMinutes: 10, addresses: expect.any(Array) })
  const url = listening.replace('0.0.0.0', '127.0.0.1')
  const paired = JSON.parse(
    await run('cli/main.ts', 'pair', url, told.code, '--data-dir', dataDir, '--device', 'pc', '--json'),
  )
  expect(paired).toMatchObject({ type: 'paired', shop: 'Shop', device: 'pc', fingerprint })
  expect((await stat(join(dataDir, 'tokens'))).mode & 0o777).toBe(0o700)
  const doctor = await run('cli/main.ts', 'doctor', '--data-dir', dataDir)
  expect(doctor).toContain('answers for Shop')
  expect(doctor).toContain(fingerprint)
  const devices = (await run('backend/main.ts', '--data-dir', home, 'device', 'list')).trim().split('\n')
  expect(devices.map((device) => JSON.parse(device))).toMatchObject([
    { device: 'first', lastSeenAt: null },
    { device: 'pc', lastSeenAt: expect.any(String) },
  ])
})

/** A service by HTTPS with one shop, and a code of it. */
async function open(place?: DatabasePlace) {
  const identity = await keptIdentity(join(folder, 'tls'))
  const transport = { kind: 'tls', identity } as const
  const service = await (place === undefined ? startBackend(transport) : startBackendOn(place, transport))
  onTestFinished(() => service[Symbol.asyncDispose]())
  await service.addShop('shop')
  const code = (await service.backend.openPairing('shop'))?.code ?? ''
  return { service, url: service.url, code, fingerprint: fingerprintOf(identity) }
}

function start(program: string, ...args: string[]) {
  const { DATABASE_URL: _, ...env } = process.env
  const main = new URL(`../../src/${program}`, import.meta.url).pathname
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env })
}

async function run(program: string, ...args: string[]): Promise<string> {
  return text(start(program, ...args).stdout)
}
