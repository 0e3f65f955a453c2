import { expect, test } from 'vitest'
import { algorithmsFor, findGap } from './algorithms.ts'
import type { ServerOffer } from './server-offer.ts'

const BROKEN = /cbc|arcfour|3des|blowfish|cast128|md5|ripemd|-96|group1-|dss/

test.each([true, false])('nothing that is broken is ever offered, old ones allowed: %s', (oldAlgorithms) => {
  const offered = Object.values(algorithmsFor(oldAlgorithms, null)).flat()
  expect(offered.filter((name) => BROKEN.test(name))).toEqual([])
})

test('key exchanges by SHA-1 come last, and only where they are allowed', () => {
  const bySha1 = (names: readonly string[]): string[] => names.filter((name) => name.endsWith('-sha1'))
  expect(bySha1(algorithmsFor(false, null).kex)).toEqual([])
  const { kex } = algorithmsFor(true, null)
  expect(kex.slice(-2)).toEqual(bySha1(kex))
})

test('the wanted type of host key is asked for first, in each way that it can sign, and no other is left out', () => {
  const plain = algorithmsFor(false, null).serverHostKey
  const { serverHostKey } = algorithmsFor(false, 'ssh-rsa')
  expect(serverHostKey.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'])
  expect([...serverHostKey].sort()).toEqual([...plain].sort())
})

const line = { ciphers: ['aes256-ctr'], macs: ['hmac-sha2-256'] }
const offer: ServerOffer = { kex: ['curve25519-sha256'], serverHostKey: ['ssh-ed25519'], up: line, down: line }
const authenticated = { ciphers: ['aes128-gcm@openssh.com', 'aes256-ctr'], macs: ['umac-64@openssh.com'] }
const unauthenticated = { ...authenticated, ciphers: ['aes256-ctr'] }

test.each([
  ['nothing', offer, undefined],
  ['a MAC, where the cipher needs none', { ...offer, up: authenticated, down: authenticated }, undefined],
  ['a MAC to us', { ...offer, down: unauthenticated }, 'MAC'],
  ['a cipher from us', { ...offer, up: { ...line, ciphers: ['3des-cbc'] } }, 'cipher'],
  ['a host key', { ...offer, serverHostKey: ['ssh-dss'] }, 'host key algorithm'],
  ['a key exchange', { ...offer, kex: ['diffie-hellman-group14-sha1'] }, 'key exchange'],
] as const)('what is not in common: %s', (_what, theirs, kind) => {
  const gap = findGap(theirs, algorithmsFor(false, null))
  expect(gap?.kind).toBe(kind)
  expect(gap?.oldWouldDo ?? false).toBe(kind === 'key exchange')
})
