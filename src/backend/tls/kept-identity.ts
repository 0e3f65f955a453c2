// The certificate library needs its polyfill first.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { X509CertificateGenerator } from '@peculiar/x509'
import { makePrivateFolder } from '../../data-folder/private-folder.ts'
import type { TlsIdentity } from './tls-identity.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** RFC 5280 for "no well-defined end": workstations trust the key that they were shown, not a date. */
const NO_END = new Date('9999-12-31T23:59:59Z')

/** The identity that lies in the folder, made the first time and kept: workstations know the service by its key. */
export async function keptIdentity(folder: string): Promise<TlsIdentity> {
  const file = join(folder, 'tls.pem')
  const kept = readIfThere(file)
  if (kept !== null) return { key: kept, cert: kept }
  makePrivateFolder(folder)
  // Key and certificate in one file, which appears whole: no kill leaves the one without the other.
  writeFileSync(`${file}.new`, await makeIdentity(), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return keptIdentity(folder)
}

/** A new one: its private key and certificate, PEM in one text. */
export async function makeIdentity(): Promise<string> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: randomBytes(16).toString('hex'),
      name: 'CN=Galley record service',
      notBefore: new Date(0),
      notAfter: NO_END,
      signingAlgorithm: ALGORITHM,
      keys,
    },
    crypto,
  )
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n${certificate.toString('pem')}\n`
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
