import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/sample-record.ts'
import { type DesignRecord, designRecordSchema } from '../shared/api/records.ts'
import { packRecord, unpackRecord } from './packed-record.ts'

const plain = sampleRecord(7)
const { fingerprint, picture } = plain
const bytesOf = (count: number, first: number): string =>
  Buffer.from(Array.from({ length: count }, (_, at) => (first + at * 7) % 256)).toString('base64')
const view = { phash: 'fedcba9876543210', dhash: '0f1e2d3c4b5a6978', luma: bytesOf(576, 3), chroma: bytesOf(72, 250) }
const pixels = { digest: '00112233445566778899aabbccddeeff', place: '0,0,2400x2800' }
const id = '01234567-89ab-4cde-8f01-23456789abcd'

const full: DesignRecord = {
  ...plain,
  picture: {
    ...picture,
    content: { left: 1, top: 2, width: 3, height: 4 },
    extraChannels: 1,
    opacity: { least: 0, most: 255 },
  },
  fingerprint: { ...fingerprint, pixels, chroma: view.chroma, framed: view, matte: 'dark', lowVariance: true },
  thumbnail: 'cd'.repeat(32),
  templateId: id,
  replaces: id,
  imported: true,
  placeId: id,
  path: 'UVDTF 16oz/é 7.png',
}

const RECORDS: Readonly<Record<string, DesignRecord>> = {
  plain,
  'of another stored file': { ...plain, storedSha256: 'ab'.repeat(32) },
  'with all that a record may have': full,
  'of an artwork without colours': { ...plain, fingerprint: { ...fingerprint, framed: { ...view, chroma: '' } } },
  'without a resolution': { ...plain, picture: { ...picture, dpi: undefined } },
  'of another size of view': { ...plain, fingerprint: { ...fingerprint, luma: bytesOf(64, 1) } },
  'of views that are none': { ...plain, fingerprint: { ...fingerprint, luma: '='.repeat(768) } },
}

test.each(Object.keys(RECORDS))('a record %s is unpacked as it was packed', (name) => {
  const record = RECORDS[name]
  if (record === undefined) throw new Error(name)
  expect(unpackRecord(packRecord(record))).toEqual(record)
})

test('all that a record may have is packed plainly: what the service begins to tell is to be added here', () => {
  const { shape } = designRecordSchema
  const told = [full, full.picture, full.fingerprint].map((one) => Object.keys(one).sort())
  expect(told).toEqual([shape, shape.picture.shape, shape.fingerprint.shape].map((one) => Object.keys(one).sort()))
  expect(packRecord(full).subarray(0, 2).toString('hex')).toBe('ff1e')
})

test('a record of which more is told than is known here is not cut', () => {
  const told = { ...plain, later: 'told by a later version' }
  expect(packRecord(told)).not.toEqual(packRecord(plain))
  expect(unpackRecord(packRecord(told))).toEqual(plain)
})

test('what an earlier version packed is read', () => {
  const packed = Buffer.from(EARLIER, 'base64')
  expect(unpackRecord(packed)).toEqual(plain)
})

test('what is cut short, or has no sense in it, is no record', () => {
  const packed = packRecord(plain)
  for (const length of [0, 1, 2, 100, 720, packed.length - 1])
    expect(() => unpackRecord(packed.subarray(0, length))).toThrow()
  const relative = packRecord({ ...plain, remotePath: 'outside' })
  expect(() => unpackRecord(relative)).toThrow()
})

/** `plain`, deflated. */
const EARLIER = [
  'Iz6NmxORxs3R07g5cro0x57GXfNKykuL0hTMFT7MX9ZFbIrHajJGijenJMUbWVrqWVpammAme6onX0j2JJsExQ0oNaEmfzTjQIpg',
  '2QGLFCw5YpGCZRcsUsjZB0MaKTvllebk4MwtTuXJHqN4NAxGahpAKfcRtQUkzxBXCRhiVgJo2ZFULqi4wF6JGIUYGFsZmFgZmOqZ',
  'mVsAKxEA',
].join('')
