import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { largestDifference } from './closer-look.ts'
import { writeSmallThumbnail } from './thumbnail.ts'

const folder = await mkdtemp(join(tmpdir(), 'galley-look-'))
afterAll(() => rm(folder, { recursive: true }))

const SIDE = 900
let drawn = 0

/** A sun over waves with a row of bars below, one for each digit, as high as it. */
function design(digits: string, ink = '#203040'): Sharp {
  const bars = [...digits].map((digit, at) => {
    const height = 20 + 10 * Number(digit)
    return `<rect x="${200 + 70 * at}" y="${820 - height}" width="40" height="${height}" fill="${ink}"/>`
  })
  const waves = [420, 480, 540].map(
    (y) => `<path d="M60 ${y}q100-70 200 0t200 0t200 0t200 0" fill="none" stroke="#2a6" stroke-width="18"/>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
    <circle cx="450" cy="230" r="150" fill="#e90"/>${waves.join('')}${bars.join('')}</svg>`
  return sharp(Buffer.from(svg))
}

/** The small thumbnail of a picture, as examining one leaves it. */
async function thumbnail(picture: Sharp): Promise<string> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const path = join(folder, `${drawn++}.small`)
  await writeSmallThumbnail(
    { width: info.width, height: info.height, data } as Parameters<typeof writeSmallThumbnail>[0],
    path,
  )
  return path
}

const decoded = async (picture: Sharp): Promise<Sharp> => sharp(await picture.png().toBuffer())

const difference = async (a: Sharp, b: Sharp) => largestDifference(await thumbnail(a), await thumbnail(b))

test.each<[edit: string, of: (picture: Sharp) => Promise<Sharp>]>([
  ['nothing', async (picture) => picture],
  ['half the size', async (picture) => picture.resize(SIDE / 2)],
  ['fewer colours', async (picture) => sharp(await picture.png({ palette: true, colours: 64 }).toBuffer())],
  ['WebP 80', async (picture) => sharp(await picture.webp({ quality: 80 }).toBuffer())],
])('%s leaves the same picture', async (_, edit) => {
  expect(await difference(design('2019'), await edit(await decoded(design('2019'))))).toBeLessThan(0.45)
})

test.each<[what: string, other: () => Sharp | Promise<Sharp>]>([
  ['one digit', () => design('2018')],
  ['the ink of a part', () => design('2019', '#c02020')],
  ['a white ground', async () => (await decoded(design('2019'))).flatten({ background: '#fff' })],
  ['a black ground', async () => (await decoded(design('2019'))).flatten({ background: '#000' })],
  [
    'a crop of 5 %',
    async () => (await decoded(design('2019'))).extract({ left: 22, top: 22, width: 856, height: 856 }),
  ],
  ['more contrast', async () => (await decoded(design('2019'))).linear(1.3, -38)],
  ['the other way round', async () => (await decoded(design('2019'))).flop()],
])('%s is another picture', async (_, other) => {
  expect(await difference(design('2019'), await other())).toBeGreaterThan(0.45)
})

test('white ink on nothing is compared as it is seen on dark cloth', async () => {
  const white = (digits: string) => design(digits, '#ffffff').composite([])
  expect(await difference(white('2019'), white('2015'))).toBeGreaterThan(0.45)
})

test('another canvas is no picture to compare', async () => {
  const wider = (await decoded(design('2019'))).extend({ right: 60, background: '#0000' })
  expect(await difference(design('2019'), wider)).toBeNull()
})
