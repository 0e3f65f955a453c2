import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resemblanceOf } from '../../src/engine/similarity/rule.ts'
import type { Fingerprint } from '../../src/shared/domain/picture.ts'
import { examineHere } from '../support/examine-here.ts'
import { drawDesign, inWhite, withMargin } from '../support/pictures.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-rule-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function fingerprint(picture: Buffer): Promise<Fingerprint> {
  const path = join(folder, 'picture')
  await writeFile(path, picture)
  const examined = await examineHere(path)
  if (!examined.ok) throw new Error(examined.failure.code)
  return examined.value.fingerprint
}

async function kindOf(one: Buffer, other: Buffer): Promise<string> {
  const [a, b] = [await fingerprint(one), await fingerprint(other)]
  if (a.pixels?.digest === b.pixels?.digest) return 'equal'
  const there = resemblanceOf(a, b, 'balanced')
  expect(resemblanceOf(b, a, 'balanced')).toEqual(there)
  return there?.kind ?? 'nothing'
}

function svg(content: string, size = 400): Promise<Buffer> {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 400 400">${content}</svg>`
  return sharp(Buffer.from(picture)).png().toBuffer()
}

const jpeg = (png: Buffer) => sharp(png).flatten({ background: '#fff' }).jpeg({ quality: 60 }).toBuffer()
const half = async (png: Buffer) => {
  const { width = 2 } = await sharp(png).metadata()
  return sharp(png)
    .resize({ width: Math.ceil(width / 2) })
    .png()
    .toBuffer()
}
const inHue = (png: Buffer) => sharp(png).modulate({ hue: 120 }).png().toBuffer()
const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer()

const ring = (colour: string) => `<circle cx="200" cy="200" r="150" fill="none" stroke="${colour}" stroke-width="40"/>`
const star = (colour: string) =>
  `<path d="M200 20 240 160 380 200 240 240 200 380 160 240 20 200 160 160Z" fill="${colour}"/>`

describe.each([
  ['drawn', () => drawDesign(4, { width: 300, height: 360 })],
  ['symmetric', () => svg(star('#c03020'))],
  ['symmetric, of a circle', () => svg(ring('#c03020'))],
])('a design that is %s', (_what, draw) => {
  test('is near to itself smaller or as a JPEG, and recoloured in another hue', async () => {
    const design = await draw()
    expect(await kindOf(design, await half(design))).toBe('near')
    expect(await kindOf(design, await jpeg(design))).toBe('near')
    expect(await kindOf(design, await inHue(design))).toBe('recoloured')
  })
})

test('two symmetric designs of one size and colour are two', async () => {
  expect(await kindOf(await svg(star('#c03020')), await svg(ring('#c03020')))).toBe('nothing')
})

test('white designs on a transparent ground are known again, and not taken for each other', async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(async (seed) => inWhite(await drawDesign(seed, { width: 300, height: 360 }))),
  )
  if (one === undefined || other === undefined) throw new Error('two designs')
  expect(await kindOf(one, await half(one))).toBe('near')
  expect(await kindOf(one, await withMargin(one, { top: 30, left: 10, right: 80, bottom: 20 }))).toBe('equal')
  expect(await kindOf(one, other)).toBe('nothing')
})

describe('of a design that shows nothing to compare, only equal pixels match:', () => {
  test('of one colour all over', async () => {
    const red = await plain(300, 200, '#d02020')
    expect(await kindOf(red, await plain(300, 200, '#d02020'))).toBe('equal')
    expect(await kindOf(red, await plain(300, 200, '#d02021'))).toBe('nothing')
    expect(await kindOf(red, await plain(600, 400, '#d02020'))).toBe('nothing')
    expect(await kindOf(await plain(3000, 2000, '#d02020'), await plain(1200, 800, '#d02020'))).toBe('nothing')
  })

  test('blank, black and transparent all over', async () => {
    const [white, black, clear] = await Promise.all(
      ['#ffffff', '#000000', '#00000000'].map((colour) => plain(90, 80, colour)),
    )
    if (white === undefined || black === undefined || clear === undefined) throw new Error('three pictures')
    expect(await kindOf(white, black)).toBe('nothing')
    expect(await kindOf(white, clear)).toBe('nothing')
    expect(await kindOf(clear, await plain(90, 80, '#00000000'))).toBe('equal')
  })
})

test.each([
  [1, 1],
  [3, 3],
])('designs of %d x %d pixels match when they are equal, and are no reason to fail', async (width, height) => {
  const drawn = (seed: number) => {
    const data = Buffer.from(
      Array.from({ length: width * height * 4 }, (_, i) => (((i + 1) * seed * 37) % 256) | (i % 4 === 3 ? 255 : 0)),
    )
    return sharp(data, { raw: { width, height, channels: 4 } })
  }
  const png = await drawn(1).png().toBuffer()
  expect(await kindOf(png, await drawn(1).tiff({ compression: 'lzw' }).toBuffer())).toBe('equal')
  expect(await kindOf(png, await drawn(5).png().toBuffer())).toBe('nothing')
})
