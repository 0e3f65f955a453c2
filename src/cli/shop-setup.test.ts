import { expect, test } from 'vitest'
import { ok } from '../shared/domain/result.ts'
import type { Shop } from '../shared/domain/shop.ts'
import type { EngineContract } from '../shared/ipc/engine.ts'
import type { Peer } from '../shared/worker/peer.ts'
import { CliError } from './cli-error.ts'
import { EXIT } from './exit-codes.ts'
import type { Secrets } from './secrets.ts'
import { checkBackendUrl, correctShop, parseNas } from './shop-setup.ts'
import { SPEECH } from './speech.ts'

test.each([
  ['sftp://ann@nas.local/volume1/designs/', { host: 'nas.local', port: 22, user: 'ann', root: '/volume1/designs' }],
  ['sftp://ann@nas.local', { host: 'nas.local', port: 22, user: 'ann', root: '/' }],
  ['sftp://ann%40shop@[fe80::1]:2222/a%20b', { host: 'fe80::1', port: 2222, user: 'ann@shop', root: '/a b' }],
  ['sftp://ann@[fe80::1%eth0]:2222/a', { host: 'fe80::1%eth0', port: 2222, user: 'ann', root: '/a' }],
  ['sftp://ann@[fe80::1%25eth0]/a', { host: 'fe80::1%eth0', port: 22, user: 'ann', root: '/a' }],
  ['sftp://ann@nas/../../etc', { host: 'nas', port: 22, user: 'ann', root: '/etc' }],
])('%s', (address, nas) => {
  expect(parseNas(address, undefined)).toEqual(nas)
})

test.each([
  ['a password in the address', 'sftp://ann:hunter2@nas/x', /no password on the command line/],
  ['a password in an address that cannot be read', 'sftp://ann:hunter2@nas:99999/x', /not of the form/],
  ['another protocol', 'ftp://ann@nas/x', /not of the form/],
  ['no user', 'sftp://nas/x', /user is missing/],
  ['a port that is none', 'sftp://ann@nas:0/x', /port/],
  ['a folder that is no UTF-8', 'sftp://ann@nas/%E0%A4%A', /not of the form/],
  ['a folder cut off by a number sign', 'sftp://ann@nas/a#b', /not of the form/],
  ['a path alone', '/volume1', /not of the form/],
])('refuses %s as a mistake of usage, without repeating a password', (_what, address, message) => {
  const error = caught(() => parseNas(address, undefined))
  expect(error).toBeInstanceOf(CliError)
  expect(error).toMatchObject({ exitCode: EXIT.usage, message: expect.stringMatching(message) })
  expect(String(error)).not.toContain('hunter2')
})

test('a NAS that gets another address is spoken to as before, by what is said of it now', async () => {
  const saved: Shop[] = []
  const engine = {
    async call(method: string, input: Shop) {
      if (method === 'saveShop') saved.push(input)
      return ok(null)
    },
  } as unknown as Peer<EngineContract>
  const secrets: Secrets = { use: () => undefined, borrow: () => undefined, give: () => undefined, get: () => null }
  const nas = { host: 'old', port: 22, user: 'ann', root: '/x', identityFile: '/key' }
  const how = { maxConnections: 3, verify: 'size', oldAlgorithms: true } as const
  const before: Shop = { id: 's', name: 'Shop', kind: 'real', nas: { ...nas, ...how }, backendUrl: null }
  const options = { json: true, speech: SPEECH.en, nas: 'sftp://bob@new:2222/y' }
  await correctShop(engine, secrets, before, options)
  await correctShop(engine, secrets, before, { ...options, verify: 'automatic', oldAlgorithms: 'off' })
  const place = { host: 'new', port: 2222, user: 'bob', root: '/y' }
  expect(saved.map((shop) => shop.nas)).toEqual([
    { ...place, ...how },
    { ...place, maxConnections: 3 },
  ])
})

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test.each([
  ['https://ann:hunter2@nas:4200', /leave out user and password/],
  ['https://token@nas:4200', /leave out user and password/],
  ['https://ann:hunter2@nas:99999', /not the address of a service/],
  ['sftp://nas', /begins with https: or http:/],
])(
  'the address of a backend with a secret in it, or of something else, is refused and not repeated: %s',
  (url, why) => {
    const refused = (): void => checkBackendUrl('--backend', url)
    expect(refused).toThrow(why)
    expect(refused).not.toThrow(/hunter2|token@/)
  },
)

test.each(['https://nas:4200', 'http://127.0.0.1:4200/records'])('a backend at %s', (url) => {
  expect(() => checkBackendUrl('--backend', url)).not.toThrow()
})
