import { mkdtemp, mkdtempDisposable, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { examineHere } from '../../../test/support/examine-here.ts'
import goldens from '../../../test/support/goldens/goldens.json' with { type: 'json' }
import { drawDesign, withMargin } from '../../../test/support/pictures.ts'
import { preflight } from '../../shared/domain/preflight.ts'
import type { Print } from '../../shared/domain/shop.ts'
import { examine } from './examine.ts'
import { createPixelKernels } from './pixel-kernels.ts'

const folder = join(import.meta.dirname, '../../../test/support/goldens/pictures')

async function fingerprintOf(name: string) {
  const examined = await examineHere(join(folder, `${name}.png`))
  if (!examined.ok) throw new Error(examined.failure.code)
  return examined.value.fingerprint
}

function distance(a: string, b: string): number {
  return [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length
}

describe('the hashes of drawn pictures, against Python imagehash', () => {
  it.each(Object.entries(goldens.pictures))('%s', async (name, golden) => {
    const { hashes, matte } = await fingerprintOf(name)
    expect(matte).toBe(golden.matte)
    // Pictures over a million pixels are shrunk before they are hashed.
    const tolerance = name === 'large' ? 2 : 0
    for (const hash of ['phash', 'ahash', 'dhash'] as const)
      expect(distance(hashes[hash], golden[hash]), hash).toBeLessThanOrEqual(tolerance)
    // Area means stand in for the wavelet: it first enlarges or shrinks to a power of two. Where most cells are ground, their
    // median is ground, and the wavelet's bits are the noise of its floating point.
    if (name !== 'margin') expect(distance(hashes.whash, golden.whash), 'whash').toBeLessThanOrEqual(4)
  })
})

test('a picture that was given up touches no kernels any more, when a closer look at its artwork is ready', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-examine-'))
  try {
    const path = join(folder, 'small-on-a-large-canvas.png')
    const margin = { top: 1500, right: 1500, bottom: 1500, left: 1500 }
    await writeFile(path, await withMargin(await drawDesign(1, { width: 200, height: 240 }), margin))
    const controller = new AbortController()
    const plain = createPixelKernels()
    const late: string[] = []
    let isOver = false
    const watch = (name: string): void => {
      if (isOver) late.push(name)
      // The frame is looked for just before the closer look.
      if (name === 'ink') controller.abort()
    }
    const kernels = new Proxy(plain, {
      get(target, name, receiver) {
        watch(String(name))
        return Reflect.get(target, name, receiver)
      },
    })
    const context = { kernels, signal: controller.signal, onHashing: () => undefined }
    expect(await examine({ path }, context)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    isOver = true
    const underWay = () => sharp.counters().queue + sharp.counters().process
    expect(underWay()).toBeGreaterThan(0)
    await expect.poll(underWay, { timeout: 20_000 }).toBe(0)
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    expect(late).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})

const PRINT: Print = { widthInches: 4, heightInches: 4, dpi: 50, fit: 'contain' }
const SIDE = 1200
const BLACK = { r: 0, g: 0, b: 0, alpha: 1 }

describe('[blank design, opaque ground, several pages] preflight warns of a design with an alpha channel', () => {
  const filled = (alpha: number) =>
    sharp({ create: { width: SIDE, height: SIDE, channels: 4, background: { r: 9, g: 99, b: 199, alpha } } })
  const hole = { create: { width: 1, height: 1, channels: 4 as const, background: BLACK } }
  const frames = Buffer.alloc(40 * 80 * 4, 200).fill(90, 0, 40 * 40 * 4)
  it.each([
    ['that is opaque', ['opaque'], () => filled(1).png()],
    [
      'that is opaque but for one pixel',
      [],
      () =>
        filled(1)
          .composite([{ input: hole, blend: 'dest-out' }])
          .png(),
    ],
    ['that is empty', ['blank'], () => filled(0).png()],
    ['that is haze', ['blank'], () => filled(3 / 255).png()],
    ['that is just seen', [], () => filled(8 / 255).png()],
    [
      'that moves',
      ['pages'],
      () => sharp(frames, { raw: { width: 40, height: 80, channels: 4, pageHeight: 40 } }).webp({ lossless: true }),
    ],
  ])('%s: %s', async (_what, warnings, made) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'galley-examine-'))
    const path = join(folder.path, 'design')
    await writeFile(path, await made().toBuffer())
    const examined = await examineHere(path)
    if (!examined.ok) throw new Error(examined.failure.code)
    const found = preflight(examined.value.picture, PRINT).warnings
    expect(found.filter((warning) => warning !== 'low-dpi')).toEqual(warnings)
  })
})
