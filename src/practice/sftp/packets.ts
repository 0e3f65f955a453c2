import { Buffer } from 'node:buffer'

/** SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02), as much of it as a server needs. */
export const REQUEST = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  extended: 200,
} as const

const ANSWER = { version: 2, status: 101, handle: 102, data: 103, name: 104, attrs: 105, extendedReply: 201 } as const

export const STATUS = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

export const OPEN_FLAG = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const

const ATTR = { size: 1, uidGid: 2, permissions: 4, times: 8, extended: 0x80000000 } as const

export interface Attributes {
  readonly size?: number
  readonly uidGid?: readonly [uid: number, gid: number]
  readonly permissions?: number
  /** Seconds since the epoch. */
  readonly times?: readonly [accessed: number, modified: number]
}

/** As in OpenSSH: a packet that is longer ends the session. */
export const MAX_PACKET_BYTES = 256 * 1024
/** Largest piece of a file in one packet: room is left for the rest of the packet. */
export const MAX_DATA_BYTES = MAX_PACKET_BYTES - 1024

/** A packet that does not hold what it should; ends the session. */
export class MalformedPacket extends Error {}

/** Cuts a stream of bytes into packets, each without its length. */
export async function* splitPackets(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let have = 0
  let needed = 4
  for await (const chunk of stream) {
    chunks.push(chunk)
    have += chunk.length
    if (have < needed) continue
    let rest = Buffer.concat(chunks, have)
    needed = 4
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length === 0 || length > MAX_PACKET_BYTES) throw new MalformedPacket(`packet of ${length} bytes`)
      needed = 4 + length
      if (rest.length < needed) break
      yield rest.subarray(4, needed)
      rest = rest.subarray(needed)
      needed = 4
    }
    chunks = [rest]
    have = rest.length
  }
}

/** Reads the fields of a packet one after another; throws `MalformedPacket` when there are too few bytes. */
export class PacketReader {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  /** An offset or size. Files here are far below 2^53 bytes; a larger value is malformed. */
  uint64(): number {
    const value = Number(this.#bytes.readBigUInt64BE(this.#take(8)))
    if (!Number.isSafeInteger(value)) throw new MalformedPacket(`offset ${value}`)
    return value
  }

  /** Bytes with their length before them: a view of the packet. */
  bytes(): Buffer {
    const length = this.uint32()
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  attributes(): Attributes {
    const flags = this.uint32()
    const size = (flags & ATTR.size) === 0 ? undefined : this.uint64()
    const uidGid = (flags & ATTR.uidGid) === 0 ? undefined : ([this.uint32(), this.uint32()] as const)
    const permissions = (flags & ATTR.permissions) === 0 ? undefined : this.uint32()
    const times = (flags & ATTR.times) === 0 ? undefined : ([this.uint32(), this.uint32()] as const)
    if ((flags & ATTR.extended) !== 0) {
      for (let left = this.uint32(); left > 0; left--) {
        this.bytes()
        this.bytes()
      }
    }
    return {
      ...(size === undefined ? {} : { size }),
      ...(uidGid === undefined ? {} : { uidGid }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(times === undefined ? {} : { times }),
    }
  }

  #take(length: number): number {
    const start = this.#at
    if (start + length > this.#bytes.length) throw new MalformedPacket('packet is cut short')
    this.#at = start + length
    return start
  }
}

export interface NameEntry {
  readonly name: string
  /** The line that `ls -l` would show. */
  readonly longName: string
  readonly attributes: Attributes
}

export function versionPacket(extensions: readonly (readonly [name: string, version: string])[]): Buffer {
  return packet(ANSWER.version, uint32(3), ...extensions.flatMap(([name, version]) => [text(name), text(version)]))
}

export function statusPacket(id: number, code: number, message: string): Buffer {
  return packet(ANSWER.status, uint32(id), uint32(code), text(message), text('en'))
}

export function handlePacket(id: number, handle: Buffer): Buffer {
  return packet(ANSWER.handle, uint32(id), sized(handle))
}

export function dataPacket(id: number, data: Buffer): Buffer {
  return packet(ANSWER.data, uint32(id), sized(data))
}

export function namePacket(id: number, entries: readonly NameEntry[]): Buffer {
  const fields = entries.flatMap((entry) => [text(entry.name), text(entry.longName), attributes(entry.attributes)])
  return packet(ANSWER.name, uint32(id), uint32(entries.length), ...fields)
}

export function attrsPacket(id: number, value: Attributes): Buffer {
  return packet(ANSWER.attrs, uint32(id), attributes(value))
}

/** The reply of `statvfs` and `limits`: a row of 64-bit numbers. */
export function numbersPacket(id: number, numbers: readonly bigint[]): Buffer {
  return packet(ANSWER.extendedReply, uint32(id), ...numbers.map(uint64))
}

function packet(type: number, ...fields: readonly Buffer[]): Buffer {
  const length = 1 + fields.reduce((sum, field) => sum + field.length, 0)
  return Buffer.concat([uint32(length), Buffer.of(type), ...fields], 4 + length)
}

function attributes({ size, uidGid, permissions, times }: Attributes): Buffer {
  const flags =
    (size === undefined ? 0 : ATTR.size) |
    (uidGid === undefined ? 0 : ATTR.uidGid) |
    (permissions === undefined ? 0 : ATTR.permissions) |
    (times === undefined ? 0 : ATTR.times)
  return Buffer.concat([
    uint32(flags),
    ...(size === undefined ? [] : [uint64(BigInt(size))]),
    ...(uidGid ?? []).map(uint32),
    ...(permissions === undefined ? [] : [uint32(permissions)]),
    ...(times ?? []).map(uint32),
  ])
}

function text(value: string): Buffer {
  return sized(Buffer.from(value, 'utf8'))
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
