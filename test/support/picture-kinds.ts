import sharp from 'sharp'
import { drawDesign, type Size } from './pictures.ts'
import { type TiffPicture, writeTiff } from './tiff.ts'

const SIZE: Size = { width: 120, height: 144 }

/** A picture written in some way, and whose pixels it shows. */
export interface Written {
  readonly name: string
  readonly bytes: Buffer
  readonly shows: 'cut-out' | 'on-white' | 'grey' | 'grey-cut-out' | 'cmyk'
  readonly extraChannels?: number
}

/** A way of writing a picture that is refused, and what a person reads. */
export interface Unread {
  readonly name: string
  readonly bytes: Buffer
  readonly says: RegExp
}

/** One design as RGBA, and without transparency, each as a plain PNG and written in ways of which encoders at hand know
 *  few: the pixels are those that went in, so nobody has to read them to compare. */
export async function writeKinds(seed: number) {
  const cutOut = await sharp(await drawDesign(seed, SIZE))
    .ensureAlpha()
    .raw()
    .toBuffer()
  const onWhite = await raw(cutOut, 4).flatten({ background: '#fff' }).raw().toBuffer()
  const pixels = SIZE.width * SIZE.height
  const rgba = (pixel: number, channel: number): number => cutOut[pixel * 4 + channel] ?? 0
  const rgb = (pixel: number, channel: number): number => onWhite[pixel * 3 + channel] ?? 0
  const grey = (pixel: number): number => rgb(pixel, 1)
  const alpha = (pixel: number): number => rgba(pixel, 3)
  const cmyk = (pixel: number, channel: number): number => {
    const key = 255 - Math.max(rgb(pixel, 0), rgb(pixel, 1), rgb(pixel, 2))
    return channel === 3 ? key : 255 - key - rgb(pixel, channel)
  }
  /** Saved selections and plates: blank, full or anything. */
  const plate = (pixel: number): number => (pixel % 120 < 60 ? 0 : 255)
  type Channel = (pixel: number, channel: number) => number
  const tiff = (channels: number, of: Channel, how: Partial<TiffPicture> = {}): Buffer => {
    const samples = Array.from({ length: pixels * channels }, (_, i) => of(Math.floor(i / channels), i % channels))
    return writeTiff({ ...SIZE, channels, samples, ...how })
  }
  const rgbAnd =
    (...more: Channel[]): Channel =>
    (p, c) =>
      c < 3 ? rgb(p, c) : (more[c - 3]?.(p, c) ?? 0)
  const rgbaAnd =
    (...more: Channel[]): Channel =>
    (p, c) =>
      c < 4 ? rgba(p, c) : (more[c - 4]?.(p, c) ?? 0)
  const tag = (number: number, type: 1 | 2 | 3 | 4 | 5 | 7, values: readonly number[] | Uint8Array) => ({
    tags: [{ tag: number, type, values }],
  })
  const layers = (megabytes: number) => tag(37724, 7, Buffer.alloc(megabytes * 1e6, 5))
  const jpeg = await raw(onWhite, 3).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
  const with16 = { bits: 16 } as const

  const read: readonly Written[] = [
    { name: 'plain.tif', shows: 'on-white', bytes: tiff(3, rgb) },
    { name: 'big-endian.tif', shows: 'on-white', bytes: tiff(3, rgb, { isBigEndian: true }) },
    { name: 'BigTIFF.tif', shows: 'on-white', bytes: tiff(3, rgb, { isBigTiff: true }) },
    { name: 'planar.tif', shows: 'on-white', bytes: tiff(3, rgb, { isPlanar: true }) },
    { name: 'tiled.tif', shows: 'on-white', bytes: tiff(3, rgb, { tile: 64 }) },
    { name: 'deflate.tif', shows: 'on-white', bytes: tiff(3, rgb, { compression: 8 }) },
    { name: '16 bits.tif', shows: 'on-white', bytes: tiff(3, (p, c) => rgb(p, c) * 257, with16) },
    { name: 'grey.tif', shows: 'grey', bytes: tiff(1, grey) },
    { name: 'grey from white.tif', shows: 'grey', bytes: tiff(1, (p) => 255 - grey(p), { photometric: 0 }) },
    { name: 'alpha.tif', shows: 'cut-out', bytes: tiff(4, rgba, { extraSamples: [2] }) },
    {
      name: 'associated alpha.tif',
      shows: 'cut-out',
      bytes: tiff(4, (p, c) => (c < 3 ? Math.round((rgba(p, c) * alpha(p)) / 255) : alpha(p)), { extraSamples: [1] }),
    },
    { name: 'layers 33 MB.tif', shows: 'on-white', bytes: tiff(3, rgb, layers(33)) },
    { name: 'layers 70 MB.tif', shows: 'cut-out', bytes: tiff(4, rgba, { extraSamples: [2], ...layers(70) }) },
    {
      name: 'layers, BigTIFF, tiled, big-endian.tif',
      shows: 'on-white',
      bytes: tiff(3, rgb, { isBigTiff: true, isBigEndian: true, tile: 32, ...layers(60) }),
    },
    { name: 'a tag without its end.tif', shows: 'on-white', bytes: tiff(3, rgb, tag(305, 2, Buffer.from('Paint'))) },
    { name: 'a tag of another type.tif', shows: 'on-white', bytes: tiff(3, rgb, tag(306, 3, [7])) },
    { name: 'nothing said of the fourth.tif', shows: 'cut-out', bytes: tiff(4, rgba) },
    extra(
      'saved selection.tif',
      'on-white',
      tiff(
        4,
        rgbAnd(() => 0),
        { extraSamples: [0] },
      ),
    ),
    extra('saved selection, planar.tif', 'on-white', tiff(4, rgbAnd(plate), { extraSamples: [0], isPlanar: true })),
    extra(
      'two plates.tif',
      'on-white',
      tiff(
        5,
        rgbAnd(plate, () => 0),
        { extraSamples: [0, 0] },
      ),
      2,
    ),
    extra('white ink.tif', 'cut-out', tiff(5, rgbaAnd(plate), { extraSamples: [2, 0] })),
    extra(
      'plate before alpha.tif',
      'cut-out',
      tiff(5, (p, c) => (c < 3 ? rgba(p, c) : c === 3 ? plate(p) : alpha(p)), { extraSamples: [0, 2] }),
    ),
    extra(
      'white ink, 16 bits.tif',
      'cut-out',
      tiff(5, (p, c) => rgbaAnd(plate)(p, c) * 257, { extraSamples: [2, 0], ...with16 }),
    ),
    extra(
      'cmyk and a plate.tif',
      'cmyk',
      tiff(5, (p, c) => (c < 4 ? cmyk(p, c) : 0), { photometric: 5, extraSamples: [0] }),
    ),
    extra(
      'grey and a plate.tif',
      'grey',
      tiff(2, (p, c) => (c === 0 ? grey(p) : 0), { extraSamples: [0] }),
    ),
    extra(
      'grey, alpha and a plate.tif',
      'grey-cut-out',
      tiff(3, (p, c) => [grey, alpha, plate][c]?.(p) ?? 0, { photometric: 1, extraSamples: [2, 0] }),
    ),
    extra(
      'selection and an odd tag.tif',
      'on-white',
      tiff(4, rgbAnd(plate), { extraSamples: [0], ...tag(305, 2, Buffer.from('Paint')) }),
    ),
    extra('selection and layers.tif', 'on-white', tiff(4, rgbAnd(plate), { extraSamples: [0], ...layers(33) })),
    { name: 'plain.jpg', shows: 'on-white', bytes: jpeg },
    { name: 'stray bytes.jpg', shows: 'on-white', bytes: inserted(jpeg, scan, Buffer.from('stray')) },
    { name: 'stray bytes early.jpg', shows: 'on-white', bytes: inserted(jpeg, frame, Buffer.alloc(3)) },
    { name: 'filling.jpg', shows: 'on-white', bytes: inserted(jpeg, frame, Buffer.alloc(7, 0xff)) },
    { name: 'more behind it.jpg', shows: 'on-white', bytes: Buffer.concat([jpeg, Buffer.alloc(5000, 7)]) },
  ]

  const float = (bits: 32 | 64): Buffer => tiff(3, (p, c) => rgb(p, c) / 255, { bits, isFloat: true })
  const unread: readonly Unread[] = [
    { name: 'float.tif', says: /\(floating-point channels/, bytes: float(32) },
    { name: 'double.tif', says: /\(floating-point channels/, bytes: float(64) },
    { name: '32 bits.tif', says: /\(32 bits a channel\)/, bytes: tiff(3, (p, c) => rgb(p, c) * 2 ** 24, { bits: 32 }) },
    { name: 'signed.tif', says: /\(channels of signed numbers\)/, bytes: tiff(3, rgb, tag(339, 3, [2, 2, 2])) },
    { name: 'lab.tif', says: /\(Lab colours\)/, bytes: tiff(3, (p, c) => (c === 0 ? grey(p) : 0), { photometric: 8 }) },
    { name: 'icc lab.tif', says: /\(Lab colours\)/, bytes: tiff(3, rgb, { photometric: 9 }) },
    { name: 'ycbcr.tif', says: /\(YCbCr colours/, bytes: tiff(3, rgb, { photometric: 6 }) },
    { name: 'six inks.tif', says: /\(inks that/, bytes: tiff(6, plate, { photometric: 5, ...tag(332, 3, [2]) }) },
    { name: 'many.tif', says: /\(6 channels\)/, bytes: tiff(6, rgbaAnd(plate, plate), { extraSamples: [2, 0, 0] }) },
    { name: 'logluv.tif', says: /\(colours of kind 32845\)/, bytes: tiff(3, rgb, { photometric: 32845 }) },
    { name: 'mask.tif', says: /\(a mask for/, bytes: tiff(1, plate, { photometric: 4 }) },
    { name: 'sensor.tif', says: /raw picture\)/, bytes: tiff(1, plate, { photometric: 32803 }) },
    { name: 'dng.tif', says: /raw picture\)/, bytes: tiff(3, rgb, tag(50706, 1, [1, 4, 0, 0])) },
    { name: 'preview.tif', says: /\(its first page is only/, bytes: tiff(3, rgb, tag(254, 4, [1])) },
    { name: 'planar tiles.tif', says: /\(tiles with separate/, bytes: tiff(3, rgb, { tile: 64, isPlanar: true }) },
    { name: 'old jpeg.tif', says: /\(JPEG \(1992\) compression\)/, bytes: tiff(3, rgb, { compression: 6 }) },
    { name: 'lzma.tif', says: /\(LZMA compression\)/, bytes: tiff(3, rgb, { compression: 34925 }) },
    { name: 'zstandard.tif', says: /\(Zstandard compression\)/, bytes: tiff(3, rgb, { compression: 50000 }) },
    { name: 'jpeg 2000.tif', says: /\(JPEG 2000 compression\)/, bytes: tiff(3, rgb, { compression: 34712 }) },
    { name: 'unheard of.tif', says: /\(no\. 9999 compression\)/, bytes: tiff(3, rgb, { compression: 9999 }) },
    { name: '12 bits.jpg', says: /\(12 bits a channel\)/, bytes: changed(jpeg, frame + 4, 12) },
    { name: 'lossless.jpg', says: /\(JPEG \(lossless or hier/, bytes: changed(jpeg, frame + 1, 0xc3) },
  ]

  const whole = tiff(3, rgb, { compression: 8, ...tag(305, 2, Buffer.from('Paint')) })
  const middle = scan + Math.floor((jpeg.length - scan) / 2)
  const damaged: readonly Unread[] = [
    { name: 'cut.tif', says: /part of it that says what it holds/, bytes: whole.subarray(0, whole.length / 2) },
    { name: 'pixels cut.tif', says: /damaged/, bytes: tiff(3, rgb, tag(273, 4, [whole.length * 20])) },
    {
      name: 'layers, pixels cut.tif',
      says: /some of its pixels/,
      bytes: tiff(3, rgb, { tags: [...layers(20).tags, ...tag(279, 4, [2 ** 30]).tags] }),
    },
    { name: 'odd tag, pixels broken.tif', says: /damaged/, bytes: broken(whole, Math.floor(whole.length / 3)) },
    {
      name: 'stray bytes, cut.jpg',
      says: /damaged/,
      bytes: inserted(jpeg, scan, Buffer.from('stray')).subarray(0, middle),
    },
    {
      name: 'stray bytes, broken.jpg',
      says: /damaged/,
      bytes: inserted(broken(jpeg, middle), scan, Buffer.from('stray')),
    },
    { name: 'marker in the scan.jpg', says: /damaged/, bytes: inserted(jpeg, middle, Buffer.from([0xff, 0xd5])) },
  ]

  const greyRaw = Buffer.from(Array.from({ length: pixels }, (_, p) => grey(p)))
  const greyAlpha = Buffer.from(Array.from({ length: pixels * 2 }, (_, i) => [grey, alpha][i % 2]?.(i >> 1) ?? 0))
  const plain: Readonly<Record<Written['shows'], Buffer>> = {
    'cut-out': await raw(cutOut, 4).png().toBuffer(),
    'on-white': await raw(onWhite, 3).png().toBuffer(),
    cmyk: tiff(4, cmyk, { photometric: 5 }),
    grey: await raw(greyRaw, 1).toColourspace('b-w').png().toBuffer(),
    'grey-cut-out': await raw(greyAlpha, 2).toColourspace('b-w').png().toBuffer(),
  }
  return { read, unread, damaged, plain }
}

function extra(name: string, shows: Written['shows'], bytes: Buffer, extraChannels = 1): Written {
  return { name, shows, bytes, extraChannels }
}

function raw(pixels: Buffer, channels: 1 | 2 | 3 | 4) {
  return sharp(pixels, { raw: { ...SIZE, channels } })
}

function inserted(bytes: Buffer, at: number, more: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
}

function changed(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = byte
  return copy
}

/** Some hundred bytes from there on are others; no marker of a JPEG comes or goes. */
function broken(bytes: Buffer, at: number): Buffer {
  return Buffer.from(
    bytes.map((byte, i) => (i < at || i > at + 200 || byte === 0xff || byte === 0xcc ? byte : byte ^ 0x33)),
  )
}
