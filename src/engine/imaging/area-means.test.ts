import { describe, expect, it } from 'vitest'
import { areaMeans } from './area-means.ts'

describe('areaMeans', () => {
  it('shares a pixel on a border between both cells by area', () => {
    const row = { width: 3, height: 1, data: Uint8Array.of(0, 90, 30) }
    expect([...areaMeans(row, 2, 1)]).toEqual([30, 50])
    const column = { width: 1, height: 3, data: row.data }
    expect([...areaMeans(column, 1, 2)]).toEqual([30, 50])
  })

  it('spreads a picture that is smaller than the grid', () => {
    expect([...areaMeans({ width: 1, height: 1, data: Uint8Array.of(7) }, 2, 2)]).toEqual([7, 7, 7, 7])
  })

  it('keeps the mean of the whole picture for sizes that do not divide', () => {
    const data = Uint8Array.from({ length: 53 * 31 }, (_, i) => (i * 37) % 256)
    const mean = (values: Iterable<number>): number => {
      const all = [...values]
      return all.reduce((sum, value) => sum + value, 0) / all.length
    }
    expect(mean(areaMeans({ width: 53, height: 31, data }, 8, 8))).toBeCloseTo(mean(data), 6)
  })
})
