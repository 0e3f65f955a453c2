import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Blend, Corners, Drawing, Placement, Point, Surface } from '../shared/domain/mockup.ts'
import { createMockupKernels, type Pixels } from './mockup-kernels.ts'
import { renderMockup } from './render.ts'
import { prepareScene } from './scene.ts'

const SIDE = 200
const WHOLE: Surface = { kind: 'rectangle', left: 0, top: 0, width: SIDE, height: SIDE }
const FLAT_MESH: Point[] = [0, 1, 2, 3].flatMap((row) =>
  [0, 1, 2, 3].map((column): Point => [40 + column * 40, 30 + row * 45]),
)

const kernels = createMockupKernels()

/** A grey picture of `at`, as a PNG. */
function greyPicture(at: (x: number, y: number) => number): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))))
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer()
}

const even = (value: number) => greyPicture(() => value)

function placed(rest: Partial<Placement>): Placement {
  return { surface: WHOLE, mask: null, blend: 'normal', opacity: 1, shading: null, displacement: null, ...rest }
}

function designOf(side: number, at: (x: number, y: number) => readonly [number, number, number, number]): Pixels {
  const data = Uint8Array.from(Array.from({ length: side * side }, (_, i) => at(i % side, Math.floor(i / side))).flat())
  return { width: side, height: side, data }
}

/** The mockup's RGB before it is a JPEG; `pictures` are told by their place in the list. */
async function draw(design: Pixels, placement: Placement, pictures: readonly Buffer[]) {
  const drawing: Drawing = {
    photo: { sha256: '0', width: SIDE, height: SIDE },
    placements: [placement],
    quality: 90,
    watermark: null,
  }
  const { photo, layers } = await prepareScene(drawing, (name) => pictures[Number(name)] ?? Buffer.alloc(0))
  kernels.hold([design])
  const data = kernels.drawn(photo, layers)
  return (x: number, y: number) => [...data.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3)]
}

const SOLID = designOf(250, () => [100, 150, 200, 255])
const MIDDLE = SIDE / 2

describe('laying a design on a photo', () => {
  const mixes: Record<Blend, (colour: number, ground: number) => number> = {
    normal: (colour) => colour,
    multiply: (colour, ground) => (colour * ground) / 255,
    screen: (colour, ground) => 255 - ((255 - colour) * (255 - ground)) / 255,
  }

  test.each(['normal', 'multiply', 'screen'] as const)('%s is another blend, or forgets opacity', async (blend) => {
    const at = await draw(SOLID, placed({ blend, opacity: 0.6 }), [await even(180)])
    for (const [channel, colour] of [100, 150, 200].entries()) {
      const wanted = 180 + 0.6 * (mixes[blend](colour, 180) - 180)
      expect(Math.abs((at(MIDDLE, MIDDLE)[channel] ?? 0) - wanted)).toBeLessThanOrEqual(1.5)
    }
  })

  test('the mask lets through what it covers, or covers what it lets through', async () => {
    const mask = await greyPicture((x) => (x < MIDDLE ? 0 : 255))
    const at = await draw(SOLID, placed({ mask: '1' }), [await even(180), mask])
    expect(at(50, MIDDLE)).toEqual([180, 180, 180])
    expect(at(150, MIDDLE)).toEqual([100, 150, 200])
  })

  test('shadows of the photo do not fall on the design, or everything is darker', async () => {
    const photo = await greyPicture((x) => (x < MIDDLE ? 100 : 200))
    const at = await draw(SOLID, placed({ shading: { picture: null, strength: 1 } }), [photo])
    // The mean of the photo is 150.
    expect(at(50, MIDDLE)[1]).toBeCloseTo((150 * 100) / 150, -0.5)
    expect(at(150, MIDDLE)[1]).toBeCloseTo((150 * 200) / 150, -0.5)
  })

  test('what is raised does not move the design', async () => {
    const striped = designOf(SIDE, (x) => (x < MIDDLE ? [0, 0, 0, 255] : [255, 255, 255, 255]))
    const relief = await greyPicture((_, y) => (y < MIDDLE ? 128 : 255))
    const displacement = { picture: '1', across: 20, down: 0 }
    const at = await draw(striped, placed({ displacement }), [await even(180), relief])
    expect([at(MIDDLE - 10, 40)[0], at(MIDDLE - 10, 160)[0]]).toEqual([0, 255])
  })
})

test.each([
  { shown: 255, hidden: 0 },
  { shown: 0, hidden: 255 },
])('a design of $shown, whose hidden colour is $hidden, has a fringe on its own colour', async ({ shown, hidden }) => {
  const disc = designOf(300, (x, y) => {
    const alpha = Math.max(0, Math.min(255, 255 * (120 - Math.hypot(x - 150, y - 150)) + 128))
    return alpha > 0 ? [shown, shown, shown, alpha] : [hidden, hidden, hidden, 0]
  })
  const corners: Corners = [
    [20, 30],
    [180, 10],
    [170, 190],
    [40, 150],
  ]
  const at = await draw(disc, placed({ surface: { kind: 'quad', corners } }), [await even(shown)])
  const all = Array.from({ length: SIDE * SIDE }, (_, i) => at(i % SIDE, Math.floor(i / SIDE))).flat()
  expect(Math.max(...all.map((value) => Math.abs(value - shown)))).toBeLessThanOrEqual(1)
})

test('a mesh that is flat is drawn elsewhere than the rectangle', async () => {
  const design = designOf(300, (x, y) => [(x * 255) / 300, (y * 255) / 300, (x ^ y) & 255, 255])
  const mesh = await draw(design, placed({ surface: { kind: 'mesh', points: FLAT_MESH } }), [await even(180)])
  const rectangle: Surface = { kind: 'rectangle', left: 40, top: 30, width: 120, height: 135 }
  const flat = await draw(design, placed({ surface: rectangle }), [await even(180)])
  const off = Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)]
    return Math.max(...mesh(x, y).map((value, channel) => Math.abs(value - (flat(x, y)[channel] ?? 0))))
  })
  expect(Math.max(...off)).toBeLessThanOrEqual(2)
})

test('a bent mesh shows a dot of the design beside where the patch has it', async () => {
  const [u, v] = [0.3, 0.65]
  const design = designOf(400, (x, y) => [0, 0, 0, (x - u * 400) ** 2 + (y - v * 400) ** 2 < 14 ** 2 ? 255 : 0])
  const points = FLAT_MESH.map(([x, y], i): Point => [x + 8 * Math.sin(i), y + (i % 4 === 1 || i % 4 === 2 ? 30 : 0)])
  const at = await draw(design, placed({ surface: { kind: 'mesh', points } }), [await even(255)])
  let [sumX, sumY, sum] = [0, 0, 0]
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const dark = 255 - (at(x, y)[0] ?? 0)
      sumX += (x + 0.5) * dark
      sumY += (y + 0.5) * dark
      sum += dark
    }
  const [x, y] = casteljau(
    [0, 1, 2, 3].map((row) => casteljau(points.slice(row * 4, row * 4 + 4), u)),
    v,
  )
  expect(Math.hypot(sumX / sum - x, sumY / sum - y)).toBeLessThan(0.3)
})

/** A point of a Bezier curve, by de Casteljau's construction. */
function casteljau(points: readonly Point[], t: number): Point {
  const [only, ...others] = points
  if (only === undefined || others.length === 0) return only ?? [0, 0]
  const between = others.map(([x, y], i): Point => {
    const [beforeX, beforeY] = points[i] ?? [0, 0]
    return [beforeX + (x - beforeX) * t, beforeY + (y - beforeY) * t]
  })
  return casteljau(between, t)
}

test('a surface that goes on beside the photo, at a slant and with a small design, reads beside the design', async () => {
  const wide: Corners = [
    [-600, -20],
    [500, 90],
    [490, 96],
    [-590, 300],
  ]
  const high = wide.map(([x, y]): Point => [y, x]) as unknown as Corners
  for (const side of [1, 40, 1200])
    for (const corners of [wide, high]) {
      const surface: Surface = { kind: 'quad', corners }
      const at = await draw(
        designOf(side, () => [10, 20, 30, 255]),
        placed({ surface }),
        [await even(180)],
      )
      const [inside, outside] = corners === wide ? [at(100, 75), at(100, 199)] : [at(75, 100), at(199, 100)]
      // Of one pixel it is as soft as its edge.
      if (side > 1) expect(Math.abs((inside[0] ?? 0) - 10)).toBeLessThanOrEqual(2)
      expect(Math.abs((outside[0] ?? 0) - 180)).toBeLessThanOrEqual(2)
    }
})

test('a design that is far too large for its place is read beside its pixels', async () => {
  const surface: Surface = { kind: 'rectangle', left: 80, top: 80, width: 24, height: 24 }
  const at = await draw(
    designOf(1200, () => [10, 20, 30, 255]),
    placed({ surface }),
    [await even(180)],
  )
  expect([at(92, 92), at(50, 50)]).toEqual([
    [10, 20, 30],
    [180, 180, 180],
  ])
})

test('a watermark covers what is below it, is stretched, or is missing', async () => {
  const drawing: Drawing = {
    photo: { sha256: '0', width: SIDE, height: SIDE },
    placements: [placed({})],
    quality: 95,
    watermark: { picture: '1', opacity: 0.5 },
  }
  const wide = sharp({ create: { width: 400, height: 100, channels: 3, background: '#ffffff' } })
  const pictures = [await even(180), await wide.png().toBuffer()]
  kernels.hold([SOLID])
  const scene = await prepareScene(drawing, (name) => pictures[Number(name)] ?? Buffer.alloc(0))
  const { data } = await sharp(await renderMockup(scene, kernels))
    .raw()
    .toBuffer({ resolveWithObject: true })
  const redAt = (x: number, y: number): number => data[(y * SIDE + x) * 3] ?? 0
  // As wide as the mockup, and so a quarter as high.
  for (const [x, y, red] of [
    [MIDDLE, MIDDLE, 177],
    [5, MIDDLE, 177],
    [MIDDLE, 60, 100],
    [MIDDLE, 140, 100],
  ] as const)
    expect(Math.abs(redAt(x, y) - red)).toBeLessThanOrEqual(4)
})
