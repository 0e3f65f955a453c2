import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkSecretFiles, createSecrets } from './secrets.ts'

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test.each([
  ['LF', Buffer.from('tiger-7\n')],
  ['CRLF', Buffer.from('tiger-7\r\n')],
  ['a byte order mark', Buffer.from('\uFEFFtiger-7\r\n')],
  ['UTF-16', Buffer.from('\uFEFFtiger-7\r\n', 'utf16le')],
])('the first line of a file with %s is the secret, for each kind', (_name, bytes) => {
  const folder = tempFolder()
  const file = join(folder, 'secret')
  writeFileSync(file, bytes)
  const files = { passwordFile: file, passphraseFile: file, tokenFile: file }
  checkSecretFiles(files)
  createSecrets(folder).use('shop', files)
  const next = createSecrets(folder)
  const kinds = ['nas-password', 'nas-passphrase', 'backend-token']
  expect(kinds.map((kind) => next.get('shop', kind))).toEqual(['tiger-7', 'tiger-7', 'tiger-7'])
})

test('a file that is not there, or empty, is named with its option', () => {
  const folder = tempFolder()
  const empty = join(folder, 'empty')
  writeFileSync(empty, '\n')
  expect(() => checkSecretFiles({ passphraseFile: empty })).toThrow(`--passphrase-file: the first line of ${empty}`)
  expect(() => checkSecretFiles({ tokenFile: folder })).toThrow(`--token-file: ${folder} cannot be read`)
})

test.each(['null', '[]', '"x"', '{', '{"shop":null}', '{"shop":{"nas-password":7}}'])(
  'paths that were written down as %s count as none',
  (text) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'secret-files.json'), text)
    expect(createSecrets(folder).get('shop', 'nas-password')).toBeNull()
  },
)

test('what is typed for a command goes before the file, and is not written down', () => {
  const folder = tempFolder()
  const secrets = createSecrets(folder)
  secrets.give('shop', 'nas-password', 'typed')
  expect(secrets.get('shop', 'nas-password')).toBe('typed')
  expect(createSecrets(folder).get('shop', 'nas-password')).toBeNull()
  const file = join(folder, 'secret')
  writeFileSync(file, 'kept')
  secrets.use('shop', { passwordFile: file })
  expect(secrets.get('shop', 'nas-password')).toBe('typed')
  expect(createSecrets(folder).get('shop', 'nas-password')).toBe('kept')
})

test('where no file is given, or one for this command alone, nothing is written down', () => {
  const folder = tempFolder()
  const file = join(folder, 'secret')
  writeFileSync(file, 'lent')
  const secrets = createSecrets(folder)
  secrets.use('shop', {})
  secrets.borrow('shop', { passwordFile: file })
  expect(secrets.get('shop', 'nas-password')).toBe('lent')
  expect(existsSync(join(folder, 'secret-files.json'))).toBe(false)
})
