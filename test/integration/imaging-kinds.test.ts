import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawMockups } from '../../src/engine/imaging/draw-mockups.ts'
import { hammingDistance } from '../../src/engine/similarity/rule.ts'
import { createMockupKernels } from '../../src/mockups/mockup-kernels.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { Examination } from '../../src/shared/domain/item.ts'
import type { Drawing } from '../../src/shared/domain/mockup.ts'
import type { Print } from '../../src/shared/domain/shop.ts'
import { pngChunk } from '../support/bad-pictures.ts'
import { CONVERT } from '../support/image-magick.ts'
import { type ImagingWorker, startImagingWorker } from '../support/imaging-worker.ts'
import { writeKinds } from '../support/picture-kinds.ts'

const SEED = 11
const MAX_BITS = 2
/** The two have other profiles for inks. */
const MAX_INKS_BITS = 4
const { read, unread, damaged, plain } = await writeKinds(SEED)
const print: Print = {
  widthInches: 2,
  heightInches: 2.4,
  dpi: 60,
  fit: 'contain',
  preparation: { trim: true, rotate: false, maxEnlargement: 2 },
}

let worker: ImagingWorker
beforeAll(async () => {
  worker = await startImagingWorker()
})
afterAll(() => worker.stop())

async function examined(name: string, bytes: Uint8Array): Promise<Examination> {
  const result = await worker.examine(name, bytes)
  if (!result.ok) throw new Error(`${name}: ${describeFailure(result.failure)}`)
  return result.value
}

function bitsApart(a: Examination, b: Examination): number {
  const kinds = ['phash', 'dhash', 'ahash'] as const
  const hashes = [a, b].map(({ fingerprint }) => kinds.map((kind) => Buffer.from(fingerprint.hashes[kind], 'hex')))
  return Math.max(
    ...kinds.map((_, i) => hammingDistance(hashes[0]?.[i] ?? Buffer.alloc(8), hashes[1]?.[i] ?? Buffer.alloc(8))),
  )
}

describe('an imaging worker', () => {
  it.each(read)(
    '[TIFF with layers, odd tags and stray bytes, extra channels] reads $name as the picture that was written',
    async ({ name, bytes, shows, extraChannels }) => {
      const [found, wanted] = [await examined(name, bytes), await examined(`${shows}.png`, plain[shows])]
      expect(bitsApart(found, wanted)).toBeLessThanOrEqual(MAX_BITS)
      const { width, height, hasAlpha } = wanted.picture
      expect(found.picture).toMatchObject({ width, height, hasAlpha, pages: 1 })
      expect(found.picture.extraChannels).toBe(extraChannels)
    },
  )

  it.each(read)('[TIFF with layers, odd tags and stray bytes, extra channels] prints $name as it is', async (kind) => {
    const [found, wanted] = await Promise.all([printed(kind.name, kind.bytes), printed('plain.png', plain[kind.shows])])
    expect(found).toHaveLength(wanted.length)
    const differing = found.filter((byte, i) => Math.abs(byte - (wanted[i] ?? 0)) > 24)
    expect(differing.length / found.length).toBeLessThan(0.01)
  })

  it('[extra channels, several pages] takes no other plate and no other second page for the same picture', async () => {
    const [selection, another] = ['saved selection.tif', 'saved selection, planar.tif'].map((one) =>
      read.find(({ name }) => name === one),
    )
    const pages = (...tones: number[]) =>
      sharp(Buffer.concat(tones.map((tone) => Buffer.alloc(40 * 40 * 3, tone))), {
        raw: { width: 40, height: 40 * tones.length, channels: 3, pageHeight: 40 },
      })
        .tiff()
        .toBuffer()
    const digestOf = async (bytes: Buffer = Buffer.alloc(0)) =>
      (await examined('one.tif', bytes)).fingerprint.pixels?.digest
    expect(await digestOf(selection?.bytes)).not.toBe(await digestOf(another?.bytes))
    expect(await digestOf(await pages(50, 90))).not.toBe(await digestOf(await pages(50, 180)))
    expect(await digestOf(await pages(50, 90))).toBe(await digestOf(await pages(50, 90)))
  })

  it.each(unread)('[kind that is not read] refuses $name as what it is', async ({ name, bytes, says }) => {
    const result = await worker.examine(name, bytes)
    expect(result).toMatchObject({ ok: false, failure: { code: 'unread-kind' } })
    expect(result.ok ? '' : describeFailure(result.failure)).toMatch(says)
  })

  it.each(damaged)('[truncated, odd tags and stray bytes] refuses $name as damaged', async ({ name, bytes, says }) => {
    const result = await worker.examine(name, bytes)
    expect(result).toMatchObject({ ok: false, failure: { code: 'damaged-image' } })
    expect(result.ok ? '' : describeFailure(result.failure)).toMatch(says)
  })

  it('holds little for layers', async () => {
    const vitals = await worker.peer.call('vitals', null)
    expect(vitals.ok && vitals.value.peakRssBytes / 2 ** 20).toBeLessThan(250)
  })
})

async function printed(name: string, bytes: Buffer): Promise<Buffer> {
  const made = await worker.prepare(name, bytes, print)
  if (!made.ok) throw new Error(`${name}: ${describeFailure(made.failure)}`)
  return sharp(made.value.path).ensureAlpha().raw().toBuffer()
}

const OPAQUE = ['-background', 'white', '-flatten', '-alpha', 'off']
/** What ImageMagick writes, by its arguments; it reads them again by itself. */
const MODES: readonly (readonly [name: string, ...args: string[]])[] = [
  ['1 bit.png', '-alpha', 'off', '-colorspace', 'gray', '-threshold', '60%'],
  ['2 bits.png', '-alpha', 'off', '-colors', '4'],
  ['palette.png', '-alpha', 'off', '-colors', '200', '-type', 'Palette'],
  ['palette with alpha.png', '-colors', '60'],
  ['16 bits.png', '-depth', '16'],
  ['grey with alpha.png', '-colorspace', 'gray'],
  ['interlaced.png', '-interlace', 'PNG'],
  ['progressive.jpg', ...OPAQUE, '-interlace', 'JPEG'],
  ['arithmetic.jpg', ...OPAQUE, '-define', 'jpeg:arithmetic-coding=true'],
  ['cmyk.jpg', ...OPAQUE, '-colorspace', 'CMYK'],
  ['grey.jpg', ...OPAQUE, '-colorspace', 'gray'],
  ['lossy.webp', '-quality', '90'],
  ['lossless.webp', '-define', 'webp:lossless=true'],
  ['palette.gif', ...OPAQUE],
  ['lzw.tif', '-compress', 'lzw'],
  ['zip.tif', '-compress', 'zip', '-define', 'tiff:predictor=2'],
  ['packbits.tif', '-compress', 'rle'],
  ['group 3.tif', ...OPAQUE, '-colorspace', 'gray', '-threshold', '60%', '-compress', 'fax'],
  ['group 4.tif', ...OPAQUE, '-colorspace', 'gray', '-threshold', '60%', '-compress', 'group4'],
  ['jpeg.tif', ...OPAQUE, '-compress', 'jpeg'],
  ['webp.tif', '-compress', 'webp'],
  ['palette.tif', ...OPAQUE, '-colors', '16', '-type', 'Palette'],
  ['4 bits.tif', ...OPAQUE, '-colorspace', 'gray', '-depth', '4'],
  ['lab, 16 bits.tif', ...OPAQUE, '-colorspace', 'Lab', '-depth', '16'],
  ['cmyk.tif', ...OPAQUE, '-colorspace', 'CMYK'],
  ['cmyk with alpha.tif', '-colorspace', 'CMYK'],
  ['associated.tif', '-define', 'tiff:alpha=associated'],
]

describe('pictures that ImageMagick writes', () => {
  it.each(MODES)('[CMYK, 16-bit] %s is read as it reads it', async (name, ...args) => {
    const path = await written(name, args)
    const reading = `${path}.reading.png`
    execFileSync(CONVERT, [`${path}[0]`, '-colorspace', 'sRGB', '-depth', '8', reading])
    const [found, wanted] = await Promise.all([path, reading].map((one) => worker.peer.call('examine', { path: one })))
    if (!found?.ok || !wanted?.ok) throw new Error(found?.ok === false ? describeFailure(found.failure) : name)
    expect(bitsApart(found.value, wanted.value)).toBeLessThanOrEqual(name.startsWith('cmyk') ? MAX_INKS_BITS : MAX_BITS)
  })

  it.each([
    ['300 dpi.png', 300, ['-density', '300', '-units', 'PixelsPerInch']],
    ['none.png', undefined, ['+set', 'units', '-density', '0']],
    ['a silly one.png', undefined, ['-density', '400000', '-units', 'PixelsPerInch']],
    ['300 dpi.jpg', 300, ['-density', '300', '-units', 'PixelsPerInch']],
    ['72 dpi.jpg', 72, ['-density', '72', '-units', 'PixelsPerInch']],
    ['shape only.jpg', undefined, ['-density', '3x2', '-units', 'Undefined']],
    ['by the centimetre.tif', 300, ['-density', '118.11', '-units', 'PixelsPerCentimeter']],
    ['shape only.tif', undefined, ['-units', 'Undefined', '-density', '3x2']],
  ] as const)('[no resolution stated] of %s %s dpi are told', async (name, dpi, args) => {
    const found = await worker.peer.call('examine', { path: await written(name, args) })
    expect(found.ok && found.value.picture.dpi).toBe(dpi)
  })
})

it('[no resolution stated] of a PNG that says what shape its pixels have nothing is told', async () => {
  const png = plain['on-white']
  const shape = pngChunk('pHYs', Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 0]))
  const found = await examined('shape.png', Buffer.concat([png.subarray(0, 33), shape, png.subarray(33)]))
  expect(found.picture.dpi).toBe(undefined)
})

it('[TIFF with layers, odd tags and stray bytes, extra channels] is drawn on mockups as the picture that was written', async () => {
  const photo = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#c0b0a0' } })
    .png()
    .toBuffer()
  await writeFile(join(worker.folder, 'photo'), photo)
  const box = { left: 5, top: 5, width: 50, height: 50 }
  const look = { mask: null, blend: 'normal', opacity: 1, shading: null, displacement: null } as const
  const drawing: Drawing = {
    photo: { sha256: 'photo', width: 60, height: 60 },
    placements: [{ surface: { kind: 'rectangle', ...box }, ...look }],
    quality: 90,
    watermark: null,
  }
  const kernels = createMockupKernels()
  const drawn = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(worker.folder, name)
    await writeFile(path, bytes)
    const wanted = [{ drawing, to: join(worker.folder, 'drawn.jpg') }]
    const result = await drawMockups({ path, folder: worker.folder, wanted }, kernels, () => undefined)
    return result.ok ? (result.value[0]?.sha256 ?? '') : `${name}: ${describeFailure(result.failure)}`
  }
  const wanted = await drawn('plain.png', plain['cut-out'])
  // Multiplied colours have lost some of them, and 16 bits are rounded at another step.
  const odd = read.filter(({ name, shows }) => shows === 'cut-out' && !/associated|16 bits/.test(name))
  expect(odd.length).toBeGreaterThan(4)
  for (const { name, bytes } of odd) expect([name, await drawn(`${name}.tif`, bytes)]).toEqual([name, wanted])
})

async function written(name: string, args: readonly string[]): Promise<string> {
  if (!existsSync(CONVERT)) throw new Error('ImageMagick is not installed')
  const [from, path] = [join(worker.folder, 'drawn.png'), join(worker.folder, name)]
  await sharp(plain['cut-out']).toFile(from)
  execFileSync(CONVERT, [from, ...args, path])
  return path
}
