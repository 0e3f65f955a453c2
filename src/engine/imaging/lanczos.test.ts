import { describe, expect, it } from 'vitest'
import goldens from '../../../test/support/goldens/goldens.json' with { type: 'json' }
import { resizeLanczos } from './lanczos.ts'

/** The same picture as `noise` of test/support/goldens/reference.py. */
function noise(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return (x * x * 7 + y * y * 13 + x * y * 3 + Math.floor(x / 5) * 40) % 256
  })
}

describe('resizeLanczos', () => {
  it.each(goldens.resizes)('gives the very pixels of PIL, from $from to $to', ({ from, to, pixels }) => {
    const [width = 0, height = 0] = from
    const [toWidth = 0, toHeight = 0] = to
    expect([...resizeLanczos({ width, height, data: noise(width, height) }, toWidth, toHeight)]).toEqual(pixels)
  })

  it('keeps one tone one tone, so that blank pictures hash alike', () => {
    const data = new Uint8Array(37 * 91).fill(255)
    expect(new Set(resizeLanczos({ width: 37, height: 91, data }, 9, 8))).toEqual(new Set([255]))
  })
})
