import type { Socket } from 'node:net'
import { readFields } from './openssh-key.ts'

/** The algorithms that a server offers, as its first packet (KEXINIT of RFC 4253, 7.1) lists them. */
export interface ServerOffer {
  readonly kex: readonly string[]
  readonly serverHostKey: readonly string[]
  /** From us to the server, and back. */
  readonly up: { readonly ciphers: readonly string[]; readonly macs: readonly string[] }
  readonly down: { readonly ciphers: readonly string[]; readonly macs: readonly string[] }
}

const KEXINIT = 20
const COOKIE_BYTES = 16
/** A KEXINIT has about a kilobyte; words of a server before it as much again. */
const LOOKED_AT_BYTES = 64 * 1024
const LISTS = 6
/** What a server says it can do beside, in the list of its key exchanges (RFC 8308, and OpenSSH's strict ones). */
const IS_MARKER = /^(ext-info|kex-strict)-/

/** Reads along on a socket that is handed to ssh2, which tells of the offer only that nothing matched. Answers the offer;
 *  null as long as it has not come. */
export function watchOffer(socket: Socket): () => ServerOffer | null {
  let bytes = Buffer.alloc(0)
  let offer: ServerOffer | null = null
  const look = (data: Buffer): void => {
    bytes = Buffer.concat([bytes, data])
    offer = readOffer(bytes)
    if (offer !== null || bytes.length > LOOKED_AT_BYTES) socket.removeListener('data', look)
  }
  // ssh2 starts the socket when it is ready to read.
  socket.pause()
  socket.on('data', look)
  return () => offer
}

/** The offer in what a server has sent so far: lines up to the one that begins with `SSH-`, then packets in the clear. */
export function readOffer(bytes: Buffer): ServerOffer | null {
  let at = 0
  for (let isIdentified = false; !isIdentified; ) {
    const end = bytes.indexOf('\n', at)
    if (end < 0) return null
    isIdentified = bytes.toString('latin1', at, at + 4) === 'SSH-'
    at = end + 1
  }
  while (at + 6 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return null
    // Length, padding length, then the message.
    if (bytes[at + 5] === KEXINIT) return offerOf(bytes.subarray(at + 6 + COOKIE_BYTES, end))
    at = end
  }
  return null
}

function offerOf(body: Buffer): ServerOffer | null {
  const lists = readFields(body).map((names) => names.toString('latin1').split(','))
  if (lists.length < LISTS) return null
  const [exchanges = [], serverHostKey = [], upCiphers = [], downCiphers = [], upMacs = [], downMacs = []] = lists
  return {
    kex: exchanges.filter((name) => !IS_MARKER.test(name)),
    serverHostKey,
    up: { ciphers: upCiphers, macs: upMacs },
    down: { ciphers: downCiphers, macs: downMacs },
  }
}
