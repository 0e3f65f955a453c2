import { createHash } from 'node:crypto'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Preparation, Print } from '../../src/shared/domain/shop.ts'
import { expectOk } from '../support/engine.ts'
import { type ImagingWorker, startImagingWorker } from '../support/imaging-worker.ts'
import { drawDesign, withMargin } from '../support/pictures.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

let worker: ImagingWorker
beforeAll(async () => {
  worker = await startImagingWorker()
})
afterAll(() => worker.stop())

type Rgba = readonly [red: number, green: number, blue: number, alpha: number]
const CLEAR: Rgba = [0, 0, 0, 0]
const RED: Rgba = [255, 0, 0, 255]
const GREEN: Rgba = [0, 160, 0, 255]
const BLUE: Rgba = [0, 0, 255, 255]
const GOLD: Rgba = [250, 200, 0, 255]

/** 301 x 203 pixels: no whole multiple of anything that is printed on it. */
const WIDE = { widthInches: 3.01, heightInches: 2.03, dpi: 100 }
const RESIZE: Preparation = { trim: false, rotate: false, maxEnlargement: 10 }
const print = (fit: Print['fit'], changes: Partial<Print & Preparation> = {}): Print => {
  const { trim = false, rotate = false, ...size } = changes
  return { ...WIDE, ...size, fit, preparation: { ...RESIZE, trim, rotate } }
}

/** Four quarters: red and green above, blue and gold below. */
function quarters(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [left, right] = y < height / 2 ? [RED, GREEN] : [BLUE, GOLD]
      pixels.set(x < width / 2 ? left : right, (y * width + x) * 4)
    }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
}

interface Printed {
  readonly width: number
  readonly height: number
  at(x: number, y: number): Rgba
}

/** Has it prepared, checks what every print file must be, and opens it. */
async function prepared(bytes: Buffer, how: Print, name = 'design.png'): Promise<Printed> {
  const made = expectOk(await worker.prepare(name, bytes, how))
  const png = await readFile(made.path)
  expect(made.sizeBytes).toBe(png.length)
  expect(made.sha256).toBe(createHash('sha256').update(png).digest('hex'))
  const { format, depth, channels, density, orientation = 1 } = await sharp(png).metadata()
  expect({ format, depth, channels, density }).toEqual({ format: 'png', depth: 'uchar', channels: 4, density: how.dpi })
  expect(orientation).toBe(1)
  const { data, info } = await sharp(png, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const at = (x: number, y: number): Rgba => {
    const from = (y * width + x) * 4
    const [red = -1, green = -1, blue = -1, alpha = -1] = data.subarray(from, from + 4)
    return [red, green, blue, alpha]
  }
  return { width, height, at }
}

/** The colours in the middle of the four quarters of a part of it. */
function quartersOf({ at }: Printed, left: number, top: number, width: number, height: number): readonly Rgba[] {
  const [x, y] = [Math.floor(width / 4), Math.floor(height / 4)]
  const [right, bottom] = [left + width - 1 - x, top + height - 1 - y]
  return [at(left + x, top + y), at(right, top + y), at(left + x, bottom), at(right, bottom)]
}

describe('a print file', () => {
  it('stretched, has the printed size to the pixel', async () => {
    const made = await prepared(await quarters(100, 37).png().toBuffer(), print('stretch'))
    expect([made.width, made.height]).toEqual([301, 203])
    expect(quartersOf(made, 0, 0, 301, 203)).toEqual([RED, GREEN, BLUE, GOLD])
    expect([made.at(0, 0), made.at(300, 202)]).toEqual([RED, GOLD])
  })

  it.each([
    ['wide', 100, 37, 301, 111],
    ['high', 37, 100, 75, 203],
    ['a line', 1000, 50, 301, 15],
    ['very large', 2500, 1301, 301, 157],
  ])('contained, keeps its proportions and has nothing around it: %s', async (_what, width, height, wide, high) => {
    const made = await prepared(await quarters(width, height).png().toBuffer(), print('contain'))
    expect([made.width, made.height]).toEqual([wide, high])
    expect(quartersOf(made, 0, 0, wide, high)).toEqual([RED, GREEN, BLUE, GOLD])
  })

  it.each([
    ['wide', 100, 37, { left: 0, top: 46, width: 301, height: 111 }],
    ['high', 37, 100, { left: 113, top: 0, width: 75, height: 203 }],
  ])('on its canvas, lies in the middle of transparent room: %s', async (_what, width, height, box) => {
    const made = await prepared(await quarters(width, height).png().toBuffer(), print('canvas'))
    expect([made.width, made.height]).toEqual([301, 203])
    expect(quartersOf(made, box.left, box.top, box.width, box.height)).toEqual([RED, GREEN, BLUE, GOLD])
    const [right, bottom] = [box.left + box.width, box.top + box.height]
    expect([made.at(box.left, box.top), made.at(right - 1, bottom - 1)]).toEqual([RED, GOLD])
    const around =
      box.top === 0
        ? [made.at(box.left - 1, 100), made.at(right, 100), made.at(0, 0), made.at(300, 202)]
        : [made.at(150, box.top - 1), made.at(150, bottom), made.at(0, 0), made.at(300, 202)]
    expect(around).toEqual([CLEAR, CLEAR, CLEAR, CLEAR])
  })

  it('trimmed, begins with the first pixel that is not fully transparent, however large its canvas was', async () => {
    const art = await quarters(120, 80).png().toBuffer()
    const margined = await withMargin(art, { top: 1701, right: 3, bottom: 0, left: 1500 })
    const faint = await sharp(margined)
      .composite([
        { input: Buffer.from([9, 9, 9, 1]), raw: { width: 1, height: 1, channels: 4 }, left: 1400, top: 1760 },
      ])
      .png()
      .toBuffer()
    const size = { widthInches: 1.2, heightInches: 0.8 }
    const made = await prepared(margined, print('contain', { trim: true, ...size }))
    expect([made.width, made.height]).toEqual([120, 80])
    expect([made.at(0, 0), made.at(119, 0), made.at(0, 79), made.at(119, 79)]).toEqual([RED, GREEN, BLUE, GOLD])
    const wider = { widthInches: 2.2, heightInches: 0.8 }
    const specked = await prepared(faint, print('contain', { trim: true, ...wider }))
    expect([specked.width, specked.height]).toEqual([220, 80])
    expect(specked.at(100, 0)).toEqual(RED)
    const kept = await prepared(margined, print('contain', size))
    expect(kept.at(0, 0)).toEqual(CLEAR)
  })

  it('with nothing to be seen on it, is not trimmed to nothing', async () => {
    const empty = { create: { width: 30, height: 20, channels: 4, background: '#0000' } } as const
    const made = await prepared(await sharp(empty).png().toBuffer(), print('stretch', { trim: true }))
    expect([made.width, made.height, ...made.at(5, 5)]).toEqual([301, 203, 0, 0, 0, 0])
  })

  it('is turned clockwise where it stands and the print lies, and where it does not, left', async () => {
    const standing = await quarters(37, 100).png().toBuffer()
    const turned = await prepared(standing, print('contain', { rotate: true }))
    expect([turned.width, turned.height]).toEqual([301, 111])
    expect(quartersOf(turned, 0, 0, 301, 111)).toEqual([BLUE, RED, GOLD, GREEN])
    const lying = await prepared(await quarters(100, 37).png().toBuffer(), print('contain', { rotate: true }))
    expect(quartersOf(lying, 0, 0, 301, 111)).toEqual([RED, GREEN, BLUE, GOLD])
    const square = await prepared(await quarters(90, 90).png().toBuffer(), print('stretch', { rotate: true }))
    expect(quartersOf(square, 0, 0, 301, 203)).toEqual([RED, GREEN, BLUE, GOLD])
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright whatever EXIF says of how it is stored: %i', async (orientation) => {
    const stored = await quarters(200, 100).withMetadata({ orientation }).png().toBuffer()
    // What any viewer shows of it.
    const upright = await sharp(stored).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const { width, height } = upright.info
    const seen = quartersOf({ width, height, at: (x, y) => rgba(upright.data, y * width + x) }, 0, 0, width, height)
    const made = await prepared(stored, print('contain', { widthInches: 2, heightInches: 2 }))
    expect(quartersOf(made, 0, 0, made.width, made.height)).toEqual(seen)
    expect(made.width > made.height).toBe(width > height)
    const turned = await prepared(
      stored,
      print('contain', { rotate: true, widthInches: width > 150 ? 1 : 2, heightInches: width > 150 ? 2 : 1 }),
    )
    const [a, b, c, d] = seen
    expect(quartersOf(turned, 0, 0, turned.width, turned.height)).toEqual([c, a, d, b])
  })

  it.each<[what: string, encode: (drawn: Sharp) => Sharp, tolerance: number]>([
    ['a 16-bit PNG', (drawn) => drawn.toColourspace('rgb16').png(), 1],
    ['a palette PNG', (drawn) => drawn.png({ palette: true }), 1],
    ['a JPEG', (drawn) => drawn.flatten({ background: '#fff' }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), 3],
    ['a lossless WebP', (drawn) => drawn.webp({ lossless: true }), 0],
    ['a TIFF', (drawn) => drawn.tiff({ compression: 'lzw' }), 0],
    // The inks reach few of these colours; muted ones would come back within 3.
    ['an 8-bit RGB PNG', (drawn) => drawn.removeAlpha().png(), 0],
  ])('shows the same colours, made of %s', async (_what, encode, tolerance) => {
    const made = await prepared(await encode(quarters(100, 37)).toBuffer(), print('stretch'), 'any')
    const wrong = quartersOf(made, 0, 0, 301, 203).map((colour, i) =>
      furthest(colour, [RED, GREEN, BLUE, GOLD][i] ?? CLEAR),
    )
    expect(Math.max(...wrong)).toBeLessThanOrEqual(tolerance)
  })

  it('is RGBA, made of grey with and without transparency, of 8 and of 16 bits', async () => {
    const grey = sharp({
      create: { width: 40, height: 30, channels: 4, background: { r: 90, g: 90, b: 90, alpha: 0.5 } },
    })
    const clear = await grey.clone().toColourspace('b-w').png().toBuffer()
    expect((await sharp(clear).metadata()).channels).toBe(2)
    expect(furthest((await prepared(clear, print('stretch'))).at(50, 50), [90, 90, 90, 128])).toBeLessThanOrEqual(1)
    const opaque = await grey.clone().removeAlpha().toColourspace('grey16').png().toBuffer()
    expect((await sharp(opaque).metadata()).depth).toBe('ushort')
    expect(furthest((await prepared(opaque, print('canvas'))).at(150, 100), [90, 90, 90, 255])).toBeLessThanOrEqual(1)
    expect((await prepared(opaque, print('canvas'))).at(1, 100)).toEqual(CLEAR)
  })

  it('made of a CMYK JPEG, has the colours that its profile means', async () => {
    const muted = { r: 180, g: 120, b: 90 }
    const cmyk = await sharp({ create: { width: 60, height: 40, channels: 3, background: muted } })
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const made = await prepared(cmyk, print('stretch'), 'cmyk.jpg')
    expect(furthest(made.at(100, 100), [180, 120, 90, 255])).toBeLessThanOrEqual(16)
  })

  it('keeps a wide RGB profile, and its values with it: nothing is clipped on the way to the printer', async () => {
    const wide = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#00ff00' } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const [value = -1] = await sharp(wide, { ignoreIcc: true }).raw().toBuffer()
    const made = expectOk(await worker.prepare('p3.png', wide, print('stretch')))
    const profile = async (png: string | Buffer) => (await sharp(png).metadata()).icc
    expect(await profile(made.path)).toEqual(await profile(wide))
    const [red = -2] = await sharp(made.path, { ignoreIcc: true }).raw().toBuffer()
    expect(red).toBe(value)
  })

  it.each([0.3, 4.7])('has no faint halo outside a hard edge, %f times as large', async (factor) => {
    const art = await sharp({ create: { width: 100, height: 100, channels: 4, background: '#102030' } })
      .png()
      .toBuffer()
    const margined = await withMargin(art, { top: 50, right: 50, bottom: 50, left: 50 })
    const made = await prepared(margined, print('stretch', { widthInches: 2 * factor, heightInches: 2 * factor }))
    const edge = Math.floor(50 * factor)
    const outside = Array.from({ length: edge - Math.ceil(factor + 1) }, (_, x) => made.at(x, made.height >> 1))
    expect(outside.filter((colour) => colour[3] !== 0)).toEqual([])
    expect(made.at(made.width >> 1, made.height >> 1)).toEqual([16, 32, 48, 255])
  })
})

describe('preparing', () => {
  const small = () => drawDesign(1, { width: 300, height: 360 })
  const isThere = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    )

  it('notices that these are not the bytes that were examined', async () => {
    const path = join(worker.folder, 'edited.png')
    await writeFile(path, await small())
    const partPath = `${path}.part`
    const request = { path, sha256: 'ab'.repeat(32), print: print('contain'), partPath }
    expect(await worker.peer.call('prepare', request)).toMatchObject({ ok: false, failure: { code: 'source-changed' } })
    expect(await isThere(partPath)).toBe(false)
  })

  it('leaves nothing of a picture that is damaged', async () => {
    const bytes = await small()
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6))
    const made = await worker.prepare('cut.png', cut, print('contain', { trim: true }))
    expect(made).toMatchObject({ ok: false, failure: { code: 'damaged-image' } })
    expect(await isThere(join(worker.folder, 'cut.png.prepared.png'))).toBe(false)
  })

  it('[disk full] says that the disk is full, and gives back what it had taken of it', async (context) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return context.skip('mounting takes root on Linux')
    await using disk = await mountSmallDisk('rw')
    const bytes = await small()
    const path = join(worker.folder, 'large.png')
    await writeFile(path, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const partPath = join(disk.path, 'large.part')
    const large = print('stretch', { widthInches: 40, heightInches: 40 })
    const made = await worker.peer.call('prepare', { path, sha256, print: large, partPath })
    expect(made).toMatchObject({ ok: false, failure: { code: 'disk-full' } })
    expect(await isThere(partPath)).toBe(false)
  })

  it('a picture at print size takes bounded memory: a byte a pixel to find its margin, and all of its print only to turn it', async () => {
    const size = { width: 4500, height: 5400, channels: 4, background: '#0000' } as const
    const art = await drawDesign(4, { width: 2000, height: 2400 })
    const large = await sharp({ create: size })
      .composite([{ input: art, left: 1200, top: 1500 }])
      .png({ compressionLevel: 1 })
      .toBuffer()
    const peakOf = async (rotate: boolean): Promise<number> => {
      const fresh = await startImagingWorker()
      const [wide, high] = rotate ? [18, 15] : [15, 18]
      const how = print('contain', { trim: true, rotate, widthInches: wide, heightInches: high, dpi: 300 })
      expectOk(await fresh.prepare('large.png', large, how))
      const { peakRssBytes } = expectOk(await fresh.peer.call('vitals', null))
      await fresh.stop()
      return peakRssBytes / 2 ** 20
    }
    // 97 MB are all of its pixels.
    expect(await peakOf(false)).toBeLessThan(190)
    expect(await peakOf(true)).toBeLessThan(280)
  })

  it('stopped at once, leaves nothing in the end', async () => {
    const stop = new AbortController()
    const path = join(worker.folder, 'stopped.png')
    const bytes = await drawDesign(2, { width: 2000, height: 2400 })
    await writeFile(path, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const partPath = `${path}.part`
    const request = { path, sha256, print: print('stretch', { dpi: 1000 }), partPath }
    const made = worker.peer.call('prepare', request, { signal: stop.signal })
    await expect.poll(() => isThere(partPath), { timeout: 20_000, interval: 5 }).toBe(true)
    stop.abort()
    expect(await made).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    await expect.poll(() => isThere(partPath), { timeout: 20_000 }).toBe(false)
  })
})

function rgba(data: Buffer, pixel: number): Rgba {
  const [red = -1, green = -1, blue = -1, alpha = -1] = data.subarray(pixel * 4, pixel * 4 + 4)
  return [red, green, blue, alpha]
}

function furthest(a: Rgba, b: Rgba): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? -1))))
}
