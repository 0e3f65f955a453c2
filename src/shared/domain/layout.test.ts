import { expect, test } from 'vitest'
import { layoutOf } from './layout.ts'
import type { Print } from './shop.ts'

const print: Print = { widthInches: 3, heightInches: 2, dpi: 100, fit: 'contain' }
const rotating = { preparation: { trim: false, rotate: true, maxEnlargement: 1.5 } }

test.each<[what: string, width: number, height: number, print: Print, artwork: string, enlargement: number]>([
  ['wide', 600, 100, print, '300x50', 0.5],
  ['high', 100, 600, print, '33x200', 1 / 3],
  ['so thin that a side would vanish', 3000, 2, print, '300x1', 0.1],
  ['stretched: the side that grows more counts', 600, 100, { ...print, fit: 'stretch' }, '300x200', 2],
  ['turned, as it stands and the print lies', 100, 300, { ...print, ...rotating }, '300x100', 1],
  ['square: not turned', 100, 100, { ...print, ...rotating }, '200x200', 2],
])('a design that is %s', (_what, width, height, how, artwork, enlargement) => {
  const layout = layoutOf({ width, height }, how)
  expect(`${layout.artwork.width}x${layout.artwork.height}`).toBe(artwork)
  expect(layout.enlargement).toBeCloseTo(enlargement)
})

test('only a canvas is larger than the artwork on it', () => {
  const size = { width: 600, height: 100 }
  const canvas = (fit: Print['fit']) => layoutOf(size, { ...print, fit }).canvas
  expect([canvas('stretch'), canvas('contain'), canvas('canvas')]).toEqual([
    { width: 300, height: 200 },
    { width: 300, height: 50 },
    { width: 300, height: 200 },
  ])
})

test('whatever the design, its print fits into the printed size and one side fills it', () => {
  for (let n = 1; n < 400; n++) {
    const size = { width: (n * 7919) % 4001 || 1, height: (n * 104_729) % 3989 || 1 }
    const { artwork } = layoutOf(size, { ...print, widthInches: 3 + n / 97, heightInches: 2 + n / 89 })
    const target = { width: Math.round((3 + n / 97) * 100), height: Math.round((2 + n / 89) * 100) }
    expect(artwork.width === target.width || artwork.height === target.height).toBe(true)
    expect(artwork.width <= target.width && artwork.height <= target.height).toBe(true)
  }
})
