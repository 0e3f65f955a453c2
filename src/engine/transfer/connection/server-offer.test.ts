import { expect, test } from 'vitest'
import { readOffer } from './server-offer.ts'

const LISTS = ['curve25519-sha256,ext-info-s', 'ssh-ed25519', 'aes128-ctr', 'aes256-ctr', 'hmac-sha1', 'hmac-sha2-256']

function packet(message: Buffer): Buffer {
  const padding = Buffer.alloc(4)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + message.length + padding.length)
  head.writeUInt8(padding.length, 4)
  return Buffer.concat([head, message, padding])
}

function kexInit(lists: readonly string[]): Buffer {
  const fields = lists.map((list) => {
    const field = Buffer.alloc(4 + list.length, list)
    field.writeUInt32BE(list.length)
    field.write(list, 4)
    return field
  })
  return packet(Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...fields, Buffer.alloc(5)]))
}

const IGNORE = packet(Buffer.from([2, 0, 0, 0, 0]))
const greeting = Buffer.from('Authorized use only\r\nSSH-2.0-NAS\r\n')

test('the offer is found behind words of the server and other packets, however it is cut', () => {
  const bytes = Buffer.concat([greeting, IGNORE, kexInit(LISTS)])
  expect(readOffer(bytes)).toEqual({
    kex: ['curve25519-sha256'],
    serverHostKey: ['ssh-ed25519'],
    up: { ciphers: ['aes128-ctr'], macs: ['hmac-sha1'] },
    down: { ciphers: ['aes256-ctr'], macs: ['hmac-sha2-256'] },
  })
  for (let length = 0; length < bytes.length; length++) expect(readOffer(bytes.subarray(0, length))).toBeNull()
})

test.each([
  ['no SSH', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['lists that are too few', Buffer.concat([greeting, kexInit(LISTS.slice(0, 3))])],
  ['a list longer than its packet', Buffer.concat([greeting, packet(Buffer.alloc(40, 20))])],
])('%s has no offer', (_what, bytes) => {
  expect(readOffer(bytes)).toBeNull()
})
