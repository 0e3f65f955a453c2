import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CONNECTING_FILE, findConnects } from './check-connects.ts'

function faultsOf(place: string, text: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'galley-connects-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(dirname(join(root, 'src', place)), { recursive: true })
  writeFileSync(join(root, 'src', place), text)
  return findConnects(root)
}

const BROWSING = 'engine/transfer/browse/client.ts'

test.each([
  ['ssh2', `import { Client } from 'ssh2'\nnew Client().connect({ host: 'nas' })`],
  ['ssh2-sftp-client', `import Sftp from 'ssh2-sftp-client'\nvoid new Sftp().connect({ host: 'nas' })`],
  ['a name in brackets', `const client = {}\nclient['connect']()`],
  ['a chain that may end', `const client = {}\nclient?.connect?.()`],
  ['a function that is taken along', `const client = {}\nexport const open = client.connect.bind(client)`],
  ['a part of the client', `const client = {}\nexport const { connect } = client`],
  ['a part under another name', `const client = {}\nexport const { connect: open } = client`],
])('a connection with options of its own is found: %s', (_, text) => {
  expect(faultsOf(BROWSING, text)).toEqual([`src/${BROWSING}:2: only src/${CONNECTING_FILE} may connect a client`])
})

test('the one place may connect, and a socket is no client', () => {
  expect(faultsOf(CONNECTING_FILE, `const client = {}\nclient.connect()`)).toEqual([])
  expect(faultsOf(BROWSING, `import { connect } from 'node:net'\nconnect(22)`)).toEqual([])
})
