import { createHash } from 'node:crypto'
import { appendFileSync, copyFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../../src/engine/imaging/examine.ts'
import { DEFAULT_LIMITS } from '../../src/engine/imaging/limits.ts'
import { createPixelKernels } from '../../src/engine/imaging/pixel-kernels.ts'
import { resemblanceOf } from '../../src/engine/similarity/rule.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { Examination } from '../../src/shared/domain/item.ts'
import { animated } from '../support/bad-pictures.ts'
import { type ImagingWorker, startImagingWorker } from '../support/imaging-worker.ts'
import { drawDesign, drawHeavyDesign, inWhite, withMargin } from '../support/pictures.ts'

let worker: ImagingWorker
beforeAll(async () => {
  worker = await startImagingWorker()
})
afterAll(() => worker.stop())

async function examined(name: string, bytes: Buffer): Promise<Examination> {
  const result = await worker.examine(name, bytes)
  if (!result.ok) throw new Error(`${name}: ${result.failure.code}: ${describeFailure(result.failure)}`)
  return result.value
}

function distance(a: Examination, b: Examination, hash: 'phash' | 'dhash' | 'ahash'): number {
  const [left, right] = [a, b].map(({ fingerprint }) => BigInt(`0x${fingerprint.hashes[hash]}`))
  return [...((left ?? 0n) ^ (right ?? 0n)).toString(2)].filter((bit) => bit === '1').length
}

const size = { width: 300, height: 360 }
const design = () => drawDesign(1, size)

describe('the picture that is hashed', () => {
  it.each([
    ['small', size],
    ['print', { width: 1500, height: 1800 }],
  ])('is found again whatever the margin, transparent or white (%s)', async (name, drawn) => {
    const png = await drawDesign(3, drawn)
    const plain = await examined(`${name}.png`, png)
    for (const margin of [
      { top: 40, right: 5, bottom: 77, left: 130 },
      { top: 2500, right: 1700, bottom: 300, left: 900 },
      { top: 6000, right: 100, bottom: 500, left: 5500 },
    ]) {
      const transparent = await withMargin(png, margin)
      const white = await sharp(transparent).flatten({ background: '#fff' }).png({ compressionLevel: 1 }).toBuffer()
      for (const bytes of [transparent, white]) {
        const wide = await examined(`${name}-wide.png`, bytes)
        expect(resemblanceOf(plain.fingerprint, wide.fingerprint, 'strict')?.correlation).toBeGreaterThan(0.96)
      }
    }
  })

  it('shows white designs on black, so that they are not all one blank', async () => {
    const whites = await Promise.all(
      [0, 1, 2, 3].map(async (seed) => examined(`white-${seed}.png`, await inWhite(await drawDesign(seed, size)))),
    )
    for (const [i, white] of whites.entries()) {
      expect(white.fingerprint).toMatchObject({ matte: 'dark', lowVariance: false })
      for (const other of whites.slice(0, i)) expect(distance(white, other, 'phash')).toBeGreaterThan(8)
    }
  })

  it('is turned as EXIF says', async () => {
    const jpeg = sharp(await design())
      .flatten({ background: '#fff' })
      .jpeg({ quality: 95 })
    const upright = await examined('upright.jpg', await jpeg.toBuffer())
    const stored = sharp(await design())
      .flatten({ background: '#fff' })
      .rotate(-90)
    const turned = await examined(
      'turned.jpg',
      await stored.withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
    )
    expect(turned.picture).toMatchObject({ width: 300, height: 360 })
    expect(distance(upright, turned, 'phash')).toBeLessThanOrEqual(2)
  })

  it('has no hashes that mean anything when it is blank or transparent all over', async () => {
    const raw = { width: 40, height: 30, channels: 4 } as const
    const clear = await examined('clear.png', await sharp(Buffer.alloc(4800), { raw }).png().toBuffer())
    expect(clear.fingerprint.lowVariance).toBe(true)
    const grey = await examined('blank.png', await sharp(Buffer.alloc(4800, 128), { raw }).png().toBuffer())
    expect(grey.fingerprint.lowVariance).toBe(true)
  })

  it.each(['1x1', '1x40', '7x3'])('may be as small as %s', async (name) => {
    const [width = 1, height = 1] = name.split('x').map(Number)
    const { picture } = await examined(`${name}.png`, await drawDesign(2, { width, height }))
    expect(picture).toMatchObject({ width, height })
  })
})

describe('the pixels', () => {
  const pixelsOf = async (name: string, picture: Sharp) => {
    return (await examined(name, await picture.toBuffer())).fingerprint.pixels
  }
  const raw = async () =>
    sharp(await design())
      .raw()
      .toBuffer({ resolveWithObject: true })

  it.each([
    ['small', size],
    ['shrunk before it is hashed', { width: 2200, height: 2000 }],
  ])('are equal however they are written, and only then (%s)', async (name, drawn) => {
    const { data, info } = await sharp(await drawDesign(1, drawn))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const again = (bytes: Buffer) => sharp(bytes, { raw: info })
    const pixels = await pixelsOf(`${name}.png`, again(data).png())
    expect(await pixelsOf(`${name}.tiff`, again(data).tiff({ compression: 'lzw' }))).toEqual(pixels)
    const hidden = data.map((value, i) => (data[i | 3] === 0 && (i & 3) < 3 ? 77 : value))
    expect(Buffer.compare(hidden, data)).not.toBe(0)
    expect(await pixelsOf(`${name}-hidden.png`, again(Buffer.from(hidden)).png())).toEqual(pixels)
    const other = again(data).negate({ alpha: false })
    expect((await pixelsOf(`${name}-other.png`, other.png()))?.digest).not.toBe(pixels?.digest)
  })

  it('one level of one pixel makes another picture, and so does a colour profile', async () => {
    const { data, info } = await raw()
    const pixels = await pixelsOf('plain.png', sharp(data, { raw: info }).png())
    const inside = ((info.width * info.height) / 2 + info.width / 2) * 4
    data[inside + 1] = (data[inside + 1] ?? 0) ^ 1
    expect((await pixelsOf('dot.png', sharp(data, { raw: info }).png()))?.digest).not.toBe(pixels?.digest)
    const profiled = sharp(await design()).withIccProfile('srgb')
    expect((await pixelsOf('profiled.png', profiled.png()))?.digest).not.toBe(pixels?.digest)
  })

  it('are those within the transparent margin, with their place', async () => {
    const png = await design()
    const margin = { left: 3, top: 5, right: 7, bottom: 11 }
    const pixels = await pixelsOf('tight.png', sharp(png))
    const wide = await pixelsOf('wide.png', sharp(await withMargin(png, margin)))
    expect(wide?.digest).toBe(pixels?.digest)
    expect(wide?.place).not.toBe(pixels?.place)
    const moved = await withMargin(png, { left: 4, top: 5, right: 6, bottom: 11 })
    const other = await pixelsOf('moved.png', sharp(moved))
    expect(other?.digest).toBe(pixels?.digest)
    expect(other?.place).not.toBe(wide?.place)
  })

  it('of pictures with nothing to see are equal, on canvases of one size', async () => {
    const clear = (width: number) => sharp(Buffer.alloc(width * 40), { raw: { width, height: 10, channels: 4 } }).png()
    const pixels = await pixelsOf('clear.png', clear(20))
    expect(await pixelsOf('clear-again.png', clear(20))).toEqual(pixels)
    expect((await pixelsOf('clear-wide.png', clear(30)))?.place).not.toBe(pixels?.place)
  })
})

describe('formats', () => {
  const flat = async () => sharp(await design()).flatten({ background: '#fff' })
  const variants: readonly (readonly [string, () => Promise<Buffer>, Partial<Examination['picture']>])[] = [
    [
      'webp',
      async () =>
        sharp(await design())
          .webp({ quality: 95 })
          .toBuffer(),
      { format: 'webp', hasAlpha: true },
    ],
    [
      'avif',
      async () =>
        sharp(await design())
          .avif({ quality: 80 })
          .toBuffer(),
      { format: 'avif', hasAlpha: true },
    ],
    [
      'tiff',
      async () =>
        sharp(await design())
          .tiff({ compression: 'lzw' })
          .toBuffer(),
      { format: 'tiff' },
    ],
    [
      'gif',
      async () =>
        sharp(await design())
          .gif()
          .toBuffer(),
      { format: 'gif' },
    ],
    [
      '16-bit PNG',
      async () =>
        sharp(await design())
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
      { colourSpace: 'rgb16' },
    ],
    [
      'interlaced PNG',
      async () =>
        sharp(await design())
          .png({ progressive: true })
          .toBuffer(),
      { format: 'png' },
    ],
    [
      'palette PNG',
      async () =>
        sharp(await design())
          .png({ palette: true })
          .toBuffer(),
      { hasAlpha: true },
    ],
    ['JPEG', async () => (await flat()).jpeg({ quality: 90 }).toBuffer(), { format: 'jpeg', hasAlpha: false }],
    ['progressive JPEG', async () => (await flat()).jpeg({ quality: 90, progressive: true }).toBuffer(), {}],
    [
      'CMYK JPEG',
      async () => (await flat()).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
      { colourSpace: 'cmyk' },
    ],
    [
      'with ICC',
      async () =>
        sharp(await design())
          .withIccProfile('p3')
          .png()
          .toBuffer(),
      { hasColourProfile: true },
    ],
    [
      '300 dpi',
      async () =>
        sharp(await design())
          .withMetadata({ density: 300 })
          .png()
          .toBuffer(),
      { dpi: 300 },
    ],
  ]

  it.each(variants)('%s is hashed like the PNG that it was made from', async (name, make, picture) => {
    // The JPEGs have lost their margin's transparency: what they are compared with has as well.
    const opaque = /JPEG/.test(name)
    const plain = await examined('plain.png', opaque ? await (await flat()).png().toBuffer() : await design())
    const variant = await examined(`variant-of-${name}`, await make())
    expect(variant.picture).toMatchObject({ width: 300, height: 360, ...picture })
    expect(distance(plain, variant, 'phash')).toBeLessThanOrEqual(6)
    expect(distance(plain, variant, 'dhash')).toBeLessThanOrEqual(8)
  })

  it.each(['gif', 'webp', 'tiff'] as const)('of a %s with three pages, the first is looked at', async (format) => {
    const { picture, fingerprint } = await examined(`pages.${format}`, await animated(format))
    expect(picture).toMatchObject({ pages: 3, width: 60, height: 50 })
    const tones = new Set(Buffer.from(fingerprint.luma, 'base64'))
    expect([...tones].every((tone) => Math.abs(tone - 60) <= 4)).toBe(true)
  })
})

describe('what comes with the hashes', () => {
  it('has the digest of the very bytes and a thumbnail that keeps transparency', async () => {
    const bytes = await drawHeavyDesign(2, 1)
    const { fingerprint, source } = await examined('digest.png', bytes)
    expect(fingerprint.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(source.sizeBytes).toBe(bytes.length)
    const thumbnail = await sharp(join(worker.folder, 'digest.png.thumb')).metadata()
    expect(thumbnail).toMatchObject({ hasAlpha: true })
    expect(Math.max(thumbnail.width, thumbnail.height)).toBe(256)
    expect((await readdir(worker.folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('a file that changes while it is read', () => {
  /** In this process, so that the change falls exactly between the header and the bytes. */
  async function during(name: string, change: (path: string) => void, signal = new AbortController().signal) {
    const path = join(worker.folder, name)
    await writeFile(path, await design())
    utimesSync(path, 1_000_000, 1_000_000)
    return examine({ path }, { kernels: createPixelKernels(), signal, onHashing: () => change(path) })
  }

  it.each([
    ['grows', 'source-changed', (path: string) => appendFileSync(path, 'x')],
    ['is touched', 'source-changed', (path: string) => utimesSync(path, 1, 1)],
    ['is cut short', 'source-changed', (path: string) => truncateSync(path, 100)],
    ['is replaced by another of its size', 'source-changed', (path: string) => replace(path)],
    ['is taken away', 'source-gone', (path: string) => rmSync(path)],
  ])('is told when it %s', async (how, code, change) => {
    expect(await during(`${how}.png`, change)).toMatchObject({ ok: false, failure: { code } })
  })

  it('is left when the caller gives up', async () => {
    const controller = new AbortController()
    const result = await during('cancelled.png', () => controller.abort(), controller.signal)
    expect(result).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  })

  it('is left when it takes too long, and in time', async () => {
    const path = join(worker.folder, 'slow.png')
    await writeFile(path, await drawDesign(1, { width: 6000, height: 7200 }))
    const limits = { ...DEFAULT_LIMITS, timeoutMs: 20 }
    const signal = new AbortController().signal
    const result = await examine(
      { path },
      { kernels: createPixelKernels(), signal, onHashing: () => undefined, limits },
    )
    expect(result).toMatchObject({ ok: false, failure: { code: 'image-timeout' } })
  })
})

/** Another file under the same name, of the same size and time. */
function replace(path: string): void {
  const { atime, mtime } = statSync(path)
  copyFileSync(path, `${path}.other`)
  utimesSync(`${path}.other`, atime, mtime)
  renameSync(`${path}.other`, path)
}
