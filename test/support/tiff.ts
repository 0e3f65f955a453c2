import { deflateSync } from 'node:zlib'

/** One directory entry: a tag, its type (1 byte, 2 ASCII, 3 short, 4 long, 5 rational as pairs, 7 undefined) and values. */
export interface TiffTag {
  readonly tag: number
  readonly type: 1 | 2 | 3 | 4 | 5 | 7
  readonly values: readonly number[] | Uint8Array
}

/** Samples of a picture: one number for each pixel and channel, row by row, of as many bits. */
export interface TiffPicture {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly samples: ArrayLike<number>
  readonly bits?: 8 | 16 | 32 | 64
  readonly isFloat?: boolean
  /** 2 is RGB, 1 grey from black, 0 from white, 5 CMYK, 6 YCbCr, 8 Lab. */
  readonly photometric?: number
  readonly extraSamples?: readonly number[]
  /** What the file says; the pixels are not compressed unless it is 8. */
  readonly compression?: number
  readonly isPlanar?: boolean
  /** Side of the tiles, a multiple of 16. */
  readonly tile?: number
  readonly isBigEndian?: boolean
  readonly isBigTiff?: boolean
  readonly tags?: readonly TiffTag[]
}

const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1 } as const

/** A TIFF as programs for pictures write them, of any layout: what no encoder at hand writes. */
export function writeTiff(picture: TiffPicture): Buffer {
  const { width, height, channels, bits = 8, tile, isPlanar = false, isBigTiff = false } = picture
  const blocks = blocksOf(picture)
  const offsetType = 4
  const start = isBigTiff ? 16 : 8
  const offsets: number[] = []
  let at = start
  for (const block of blocks) {
    offsets.push(at)
    at += block.length + (block.length % 2)
  }
  const counts = blocks.map(({ length }) => length)
  const short = (tag: number, ...values: number[]): TiffTag => ({ tag, type: 3, values })
  const long = (tag: number, values: readonly number[]): TiffTag => ({ tag, type: offsetType, values })
  const places: readonly TiffTag[] =
    tile === undefined
      ? [long(273, offsets), long(278, [height]), long(279, counts)]
      : [short(322, tile), short(323, tile), long(324, offsets), long(325, counts)]
  const own: readonly TiffTag[] = [
    long(256, [width]),
    long(257, [height]),
    short(258, ...Array.from({ length: channels }, () => bits)),
    short(259, picture.compression ?? 1),
    short(262, picture.photometric ?? (channels < 3 ? 1 : 2)),
    short(277, channels),
    short(284, isPlanar ? 2 : 1),
    ...(picture.extraSamples === undefined ? [] : [short(338, ...picture.extraSamples)]),
    short(339, ...Array.from({ length: channels }, () => (picture.isFloat ? 3 : 1))),
    ...places,
  ]
  const given = picture.tags ?? []
  const tags = [...own.filter(({ tag }) => given.every((one) => one.tag !== tag)), ...given]
  const directory = directoryOf(tags, at, picture)
  return Buffer.concat([
    headerOf(at, picture),
    ...blocks.flatMap((block) => [block, Buffer.alloc(block.length % 2)]),
    directory,
  ])
}

function headerOf(directoryAt: number, { isBigEndian = false, isBigTiff = false }: TiffPicture): Buffer {
  const put = putter(isBigEndian)
  const order = Buffer.from(isBigEndian ? 'MM' : 'II')
  if (!isBigTiff) return Buffer.concat([order, put(42, 2), put(directoryAt, 4)])
  return Buffer.concat([order, put(43, 2), put(8, 2), put(0, 2), put(directoryAt, 8)])
}

function directoryOf(tags: readonly TiffTag[], at: number, { isBigEndian = false, isBigTiff = false }: TiffPicture) {
  const put = putter(isBigEndian)
  const [countSize, entrySize, wordSize] = isBigTiff ? ([8, 20, 8] as const) : ([2, 12, 4] as const)
  const sorted = [...tags].sort((a, b) => a.tag - b.tag)
  let dataAt = at + countSize + entrySize * sorted.length + wordSize
  const [entries, data]: [Buffer[], Buffer[]] = [[], []]
  for (const { tag, type, values } of sorted) {
    const size = SIZES[type]
    const bytes = values instanceof Uint8Array ? values : Buffer.concat(values.map((value) => put(value, size)))
    const count = bytes.length / (type === 5 ? 8 : size)
    const isInline = bytes.length <= wordSize
    const field = isInline ? Buffer.concat([bytes, Buffer.alloc(wordSize - bytes.length)]) : put(dataAt, wordSize)
    entries.push(Buffer.concat([put(tag, 2), put(type, 2), put(count, wordSize), field]))
    if (isInline) continue
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
    data.push(padded)
    dataAt += padded.length
  }
  return Buffer.concat([put(sorted.length, countSize), ...entries, Buffer.alloc(wordSize), ...data])
}

/** Strips or tiles, of all channels or of one after the other. */
function blocksOf(picture: TiffPicture): Buffer[] {
  const { width, height, channels, samples, tile, isPlanar = false } = picture
  const [blockWidth, blockHeight] = tile === undefined ? [width, height] : [tile, tile]
  const planes = isPlanar ? Array.from({ length: channels }, (_, channel) => [channel]) : [[...Array(channels).keys()]]
  const blocks: Buffer[] = []
  for (const plane of planes)
    for (let top = 0; top < height; top += blockHeight)
      for (let left = 0; left < width; left += blockWidth) {
        const values: number[] = []
        for (let y = top; y < top + blockHeight; y++)
          for (let x = left; x < left + blockWidth; x++)
            for (const channel of plane)
              values.push(x < width && y < height ? (samples[(y * width + x) * channels + channel] ?? 0) : 0)
        const bytes = encoded(values, picture)
        blocks.push(picture.compression === 8 ? deflateSync(bytes) : bytes)
      }
  return blocks
}

function encoded(values: readonly number[], { bits = 8, isFloat = false, isBigEndian = false }: TiffPicture): Buffer {
  const bytes = Buffer.alloc((values.length * bits) / 8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  values.forEach((value, i) => {
    if (bits === 8) view.setUint8(i, value)
    else if (bits === 16) view.setUint16(i * 2, value, !isBigEndian)
    else if (bits === 64) view.setFloat64(i * 8, value, !isBigEndian)
    else if (isFloat) view.setFloat32(i * 4, value, !isBigEndian)
    else view.setUint32(i * 4, value, !isBigEndian)
  })
  return bytes
}

function putter(isBigEndian: boolean) {
  return (value: number, size: 1 | 2 | 4 | 8): Buffer => {
    const bytes = Buffer.alloc(size)
    if (size === 8) isBigEndian ? bytes.writeBigUInt64BE(BigInt(value)) : bytes.writeBigUInt64LE(BigInt(value))
    else if (isBigEndian) bytes.writeUIntBE(value, 0, size)
    else bytes.writeUIntLE(value, 0, size)
    return bytes
  }
}
