// The certificate library needs its polyfill first.
import 'reflect-metadata'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import type { Transport } from '../../src/backend/http/transport.ts'
import { keptIdentity } from '../../src/backend/tls/kept-identity.ts'
import { fingerprintOf, isTlsIdentity, type TlsIdentity } from '../../src/backend/tls/tls-identity.ts'
import { createRecordClient } from '../../src/engine/records/client.ts'
import { startBackend } from '../support/backend.ts'

const signal = new AbortController().signal
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-https-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('[backend unknown] nothing is sent to a backend whose key nobody trusted, and its fingerprint is told', async () => {
  const { url, identity, token } = await serve()
  const unknown = createRecordClient({ url, token })
  expect(await unknown.shop(signal)).toMatchObject({
    failure: { code: 'backend-key-unknown', detail: fingerprintOf(identity) },
  })
  const known = createRecordClient({ url, token, fingerprint: fingerprintOf(identity) })
  expect(await known.shop(signal)).toMatchObject({ ok: true, value: { name: 'shop' } })
})

it('[backend changed] a backend with another key than the pinned one is told with both; its token stays here', async () => {
  const other = await keptIdentity(join(folder, 'other'))
  const { url, identity, token } = await serve()
  const client = createRecordClient({ url, token, fingerprint: fingerprintOf(other) })
  expect(await client.shop(signal)).toMatchObject({
    failure: {
      code: 'backend-key-changed',
      detail: { says: 'other-key', shown: fingerprintOf(identity), trusted: fingerprintOf(other) },
    },
  })
})

it('keeps its key over a restart, in a file of its user alone', async () => {
  const made = await keptIdentity(folder)
  expect(await keptIdentity(folder)).toEqual(made)
  expect(isTlsIdentity(made)).toBe(true)
  expect(isTlsIdentity({ ...made, key: (await keptIdentity(join(folder, 'other'))).key })).toBe(false)
  if (process.platform !== 'win32') expect((await stat(join(folder, 'tls.pem'))).mode & 0o777).toBe(0o600)
})

it('a certificate of an authority that this computer trusts needs no pin, and counts where another was pinned', async () => {
  const authorities = getCACertificates('default')
  onTestFinished(() => setDefaultCACertificates(authorities))
  const { url, identity, token } = await serve(await certified('127.0.0.1'))
  setDefaultCACertificates([...authorities, identity.cert])
  expect(await createRecordClient({ url, token }).shop(signal)).toMatchObject({ ok: true })
  const other = fingerprintOf(await keptIdentity(folder))
  expect(await createRecordClient({ url, token, fingerprint: other }).shop(signal)).toMatchObject({ ok: true })
  // The same certificate is no proof for another host.
  const elsewhere = url.replace('127.0.0.1', 'localhost')
  expect(await createRecordClient({ url: elsewhere, token }).shop(signal)).toMatchObject({
    failure: { code: 'backend-key-unknown' },
  })
})

it('takes plain HTTP from its proxy and its own computer, and from nobody else', async (context) => {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  if (own === undefined) return context.skip('this computer has no address but loopback')
  for (const [address, status] of [
    [own, 200],
    ['203.0.113.0/24', 421],
  ] as const) {
    await using service = await startBackend({ kind: 'proxy', address })
    await service.backend.addShop('shop', 'first')
    const [port] = service.url.split(':').slice(-1)
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    expect((await fetch(`http://${own}:${port}/health`)).status).toBe(status)
  }
})

async function serve(given?: TlsIdentity) {
  const identity = given ?? (await keptIdentity(join(folder, 'tls')))
  const service = await startBackend({ kind: 'tls', identity } satisfies Transport)
  onTestFinished(() => service[Symbol.asyncDispose]())
  return { url: service.url, identity, token: await service.addShop('shop') }
}

/** An authority of its own, for one address. */
async function certified(address: string): Promise<TlsIdentity> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=An authority',
    notBefore: new Date(0),
    notAfter: new Date(Date.UTC(2100, 0)),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: address }])],
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  }
}
