import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import { openSecretStore, type Vault } from './secret-store.ts'
import { systemVault } from './system-vault.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Reverses the text: enough to see that what is on disk is not the secret. */
const vault = (safe: boolean): Vault => ({
  isSafe: async () => safe,
  encrypt: async (text) => Buffer.from([...text].reverse().join('')),
  decrypt: async (sealed) => [...sealed.toString()].reverse().join(''),
})

const saved = async () => ok(null)

test('a secret survives a restart, sealed, readable by its owner only', async () => {
  const file = join(folder, 'secrets.json')
  expect(await openSecretStore(file, vault(true)).keepWith('shop', { 'nas-password': 'tiger-7' }, saved)).toEqual(
    ok({ persisted: true }),
  )

  const next = openSecretStore(file, vault(true))
  expect(await next.get('shop', 'nas-password')).toBe('tiger-7')
  expect(await next.known('shop')).toEqual(['nas-password'])
  expect(await next.get('other', 'nas-password')).toBeNull()
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain('tiger-7')
  expect(text).not.toContain(Buffer.from('tiger-7').toString('base64'))
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0)
})

test('without a safe vault nothing is written, and the secret lasts for the session', async () => {
  const file = join(folder, 'secrets.json')
  const store = openSecretStore(file, vault(false))
  expect(await store.keepWith('shop', { 'backend-token': 'tok' }, saved)).toEqual(ok({ persisted: false }))
  expect(await store.get('shop', 'backend-token')).toBe('tok')
  expect(await readdir(folder)).toEqual([])
  expect(await openSecretStore(file, vault(false)).get('shop', 'backend-token')).toBeNull()
})

test('a secret is used while what it belongs to is saved, and takes the place of the one before only with that', async () => {
  const store = openSecretStore(join(folder, 'secrets.json'), vault(true))
  await store.keepWith('shop', { 'nas-password': 'good' }, saved)
  let used: string | null = null
  const save = async () => {
    used = await store.get('shop', 'nas-password')
    return fail(failure('configuration'))
  }
  expect(await store.keepWith('shop', { 'nas-password': 'mistyped' }, save)).toEqual(fail(failure('configuration')))
  expect(used).toBe('mistyped')
  expect(await store.get('shop', 'nas-password')).toBe('good')
  expect(await openSecretStore(join(folder, 'secrets.json'), vault(true)).get('shop', 'nas-password')).toBe('good')
})

test('a locked key store does not lose the secret for the session', async () => {
  const locked: Vault = { ...vault(true), encrypt: () => Promise.reject(new Error('locked')) }
  const store = openSecretStore(join(folder, 'secrets.json'), locked)
  expect(await store.keepWith('shop', { 'nas-password': 'tiger-7' }, saved)).toEqual(ok({ persisted: false }))
  expect(await store.get('shop', 'nas-password')).toBe('tiger-7')
})

test('two secrets set at the same moment are both kept', async () => {
  const file = join(folder, 'secrets.json')
  const store = openSecretStore(file, vault(true))
  await Promise.all([
    store.keepWith('a', { 'nas-password': 'one' }, saved),
    store.keepWith('b', { 'nas-password': 'two' }, saved),
  ])
  const next = openSecretStore(file, vault(true))
  expect([await next.get('a', 'nas-password'), await next.get('b', 'nas-password')]).toEqual(['one', 'two'])
})

test('a secret sealed by another account is asked for again, not a fault', async () => {
  const file = join(folder, 'secrets.json')
  await openSecretStore(file, vault(true)).keepWith('shop', { 'nas-password': 'tiger-7' }, saved)
  const foreign: Vault = { ...vault(true), decrypt: () => Promise.reject(new Error('no key')) }
  expect(await openSecretStore(file, foreign).get('shop', 'nas-password')).toBeNull()
})

test('on Linux without a key store the system vault is not safe, however available it calls itself', async () => {
  const storage = (backend: 'basic_text' | 'unknown' | 'gnome_libsecret', available = true) => ({
    isAsyncEncryptionAvailable: async () => available,
    encryptStringAsync: async (text: string) => Buffer.from(text),
    decryptStringAsync: async (sealed: Buffer) => ({ result: sealed.toString(), shouldReEncrypt: false }),
    getSelectedStorageBackend: () => backend,
  })
  expect(await systemVault(storage('basic_text'), 'linux').isSafe()).toBe(false)
  expect(await systemVault(storage('unknown'), 'linux').isSafe()).toBe(false)
  expect(await systemVault(storage('gnome_libsecret'), 'linux').isSafe()).toBe(true)
  expect(await systemVault(storage('basic_text'), 'darwin').isSafe()).toBe(true)
  expect(await systemVault(storage('gnome_libsecret', false), 'linux').isSafe()).toBe(false)
})
