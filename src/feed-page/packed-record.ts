import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { type DesignRecord, designRecordSchema } from '../shared/api/records.ts'
import { fingerprintSchema, pixelsSchema, type View } from '../shared/domain/picture.ts'

/** A record as bytes, in about 1,700, in 10 µs: hashes and views, which are most of it, as they are, then the rest as JSON
 *  without its keys. Deflating it would take a fifth off, and four times as long, at both ends. A record with more in it than
 *  this knows is deflated whole. */
export function packRecord(record: DesignRecord): Buffer {
  return packPlain(record) ?? deflateRawSync(JSON.stringify(record), PACKING)
}

/** Throws where the bytes are no record. */
export function unpackRecord(packed: Buffer): DesignRecord {
  if (packed[0] === PLAIN) return unpackPlain(packed)
  return designRecordSchema.parse(JSON.parse(inflateRawSync(packed, { dictionary: COMMON }).toString()))
}

/** The first byte; no deflated record begins with it. */
const PLAIN = 0xff
/** What a plain record has of what not each has, as bits of its second byte. */
const HAS = { otherStored: 1, pixels: 2, chroma: 4, framed: 8, framedChroma: 16 }
const BYTES = { id: 16, sha256: 32, hash: 8, digest: 16, luma: 576, chroma: 72 }
const HASHES = ['phash', 'ahash', 'dhash', 'whash', 'blockhash'] as const

/** The rest of a record, in the order of its values. Something new goes to the end; nothing is ever taken out or moved. */
const RECORD = [
  'template',
  'number',
  'fileName',
  'originalName',
  'remotePath',
  'sizeBytes',
  'uploadedAt',
  'thumbnail',
  'templateId',
  'replaces',
  'imported',
  'placeId',
  'path',
] as const
const PICTURE = [
  'format',
  'width',
  'height',
  'dpi',
  'hasAlpha',
  'content',
  'pages',
  'colourSpace',
  'hasColourProfile',
  'extraChannels',
  'opacity',
] as const
const PRINT = ['matte', 'lowVariance', 'algorithmVersion'] as const
/** All that is known, with what is written as bytes. */
const KNOWN = {
  record: new Set<string>([...RECORD, 'id', 'picture', 'fingerprint', 'storedSha256']),
  picture: new Set<string>(PICTURE),
  print: new Set<string>([...PRINT, 'sha256', 'hashes', 'pixels', 'luma', 'chroma', 'framed']),
}

/** What is not written as bytes is checked. */
const restSchema = designRecordSchema.omit({ id: true, storedSha256: true }).extend({
  fingerprint: z.object({
    ...fingerprintSchema.pick({ matte: true, lowVariance: true, algorithmVersion: true }).shape,
    place: pixelsSchema.shape.place.optional(),
  }),
})

const listsSchema = z.array(z.array(z.unknown()))

/** Null of a record that cannot be written so without a loss. */
function packPlain(record: DesignRecord): Buffer | null {
  const { id, picture, fingerprint, storedSha256 } = record
  const { sha256, hashes, pixels, luma, chroma, framed } = fingerprint
  if (!knows(KNOWN.record, record) || !knows(KNOWN.picture, picture) || !knows(KNOWN.print, fingerprint)) return null
  const rest = [valuesOf(record, RECORD), valuesOf(picture, PICTURE), [...valuesOf(fingerprint, PRINT), pixels?.place]]
  const json = JSON.stringify(rest)
  const flags =
    (storedSha256 === sha256 ? 0 : HAS.otherStored) |
    (pixels === null ? 0 : HAS.pixels) |
    (chroma === '' ? 0 : HAS.chroma) |
    (framed === null ? 0 : HAS.framed) |
    (framed === null || framed.chroma === '' ? 0 : HAS.framedChroma)
  const bytes = Buffer.allocUnsafe(restAt(flags) + Buffer.byteLength(json))
  let at = 2
  let isWhole = true
  const write = (text: string, length: number, encoding: 'hex' | 'base64'): void => {
    isWhole &&= text.length === (encoding === 'hex' ? 2 * length : (length / 3) * 4)
    isWhole &&= bytes.write(text, at, length, encoding) === length
    at += length
  }
  const writeView = (view: Pick<View, 'luma' | 'chroma'>): void => {
    write(view.luma, BYTES.luma, 'base64')
    if (view.chroma !== '') write(view.chroma, BYTES.chroma, 'base64')
  }
  bytes[0] = PLAIN
  bytes[1] = flags
  write(id.replaceAll('-', ''), BYTES.id, 'hex')
  write(sha256, BYTES.sha256, 'hex')
  if (storedSha256 !== sha256) write(storedSha256, BYTES.sha256, 'hex')
  for (const name of HASHES) write(hashes[name], BYTES.hash, 'hex')
  if (pixels !== null) write(pixels.digest, BYTES.digest, 'hex')
  writeView({ luma, chroma })
  if (framed !== null) {
    write(framed.phash, BYTES.hash, 'hex')
    write(framed.dhash, BYTES.hash, 'hex')
    writeView(framed)
  }
  bytes.write(json, at)
  return isWhole ? bytes : null
}

function unpackPlain(bytes: Buffer): DesignRecord {
  const flags = bytes[1] ?? 0
  const has = (flag: number): boolean => (flags & flag) !== 0
  const end = restAt(flags)
  if (bytes.length <= end) throw new Error('cut short')
  let at = 2
  const read = (length: number, encoding: 'hex' | 'base64'): string => {
    const from = at
    at += length
    return bytes.toString(encoding, from, at)
  }
  const readHash = (): string => read(BYTES.hash, 'hex')
  const readView = (hasChroma: boolean) => ({
    luma: read(BYTES.luma, 'base64'),
    chroma: hasChroma ? read(BYTES.chroma, 'base64') : '',
  })
  const id = dashed(read(BYTES.id, 'hex'))
  const sha256 = read(BYTES.sha256, 'hex')
  const storedSha256 = has(HAS.otherStored) ? read(BYTES.sha256, 'hex') : sha256
  const [phash, ahash, dhash, whash, blockhash] = [readHash(), readHash(), readHash(), readHash(), readHash()]
  const digest = has(HAS.pixels) ? read(BYTES.digest, 'hex') : null
  const whole = readView(has(HAS.chroma))
  const framed = has(HAS.framed) ? { phash: readHash(), dhash: readHash(), ...readView(has(HAS.framedChroma)) } : null
  const [record, picture, print] = listsSchema.parse(JSON.parse(bytes.toString('utf8', end)))
  const { fingerprint, ...rest } = restSchema.parse({
    ...objectOf(record, RECORD),
    picture: objectOf(picture, PICTURE),
    fingerprint: objectOf(print, [...PRINT, 'place']),
  })
  const { place, ...judged } = fingerprint
  if ((digest === null) !== (place === undefined)) throw new Error('pixels without a place')
  return {
    id,
    ...rest,
    fingerprint: {
      sha256,
      hashes: { phash, ahash, dhash, whash, blockhash },
      pixels: digest === null || place === undefined ? null : { digest, place },
      ...whole,
      framed,
      ...judged,
    },
    storedSha256,
  }
}

/** Where the JSON begins. */
function restAt(flags: number): number {
  const parts: readonly (readonly [flag: number, bytes: number])[] = [
    [HAS.otherStored, BYTES.sha256],
    [HAS.pixels, BYTES.digest],
    [HAS.chroma, BYTES.chroma],
    [HAS.framed, 2 * BYTES.hash + BYTES.luma],
    [HAS.framedChroma, BYTES.chroma],
  ]
  let at = 2 + BYTES.id + BYTES.sha256 + HASHES.length * BYTES.hash + BYTES.luma
  for (const [flag, bytes] of parts) if ((flags & flag) !== 0) at += bytes
  return at
}

function knows(keys: ReadonlySet<string>, value: object): boolean {
  for (const key in value) if (!keys.has(key)) return false
  return true
}

/** What is not there is null. */
function valuesOf<K extends string>(value: Readonly<Partial<Record<K, unknown>>>, keys: readonly K[]): unknown[] {
  return keys.map((key) => value[key])
}

function objectOf(values: readonly unknown[] = [], keys: readonly string[]): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [at, key] of keys.entries()) if (values[at] != null) named[key] = values[at]
  return named
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** What every record has in it. Never edited: what was packed with it is unpacked with it. */
const COMMON = Buffer.from(
  '"replaces":"{"id":"00000000-0000-4000-8000-000000000000","template":"UVDTF 16oz","number":1,"fileName":"UV 1 UVDTF 16oz_1.png","originalName":".png","remotePath":"/shop/UVDTF 16oz/UV 1 UVDTF 16oz_1.png","sizeBytes":2000000,"picture":{"format":"png","width":2400,"height":2800,"dpi":300,"hasAlpha":true,"content":{"left":0,"top":0,"width":2400,"height":2800},"pages":1,"colourSpace":"srgb","hasColourProfile":false},"fingerprint":{"sha256":"","hashes":{"phash":"","ahash":"","dhash":"","whash":"","blockhash":""},"pixels":{"digest":"","place":"0,0,2400x2800"},"matte":"light","luma":"","chroma":"","framed":{"phash":"","dhash":"","luma":"","chroma":""},"lowVariance":false,"algorithmVersion":3},"storedSha256":"","uploadedAt":"2026-01-01T00:00:00.000Z"}',
)
/** A small window takes half the time: most of it is clearing what the window needs. */
const PACKING = { dictionary: COMMON, level: 1, windowBits: 12 }
