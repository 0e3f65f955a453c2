import { expect, test } from 'vitest'
import { mockupFileName } from './mockup-name.ts'

const id = 'c2a7b6de-0f43-4b0e-b7a1-3e5d9c8f7a12'

test('a mockup is called as its design and itself, without what a NAS does not take', () => {
  expect(mockupFileName('UV 12 Cup_12.png', { id, name: 'On a table' })).toBe('UV 12 Cup_12_On a table.jpg')
  expect(mockupFileName('UV 1.5 Cup_3.tif', { id, name: 'a/b: "c"' })).toBe('UV 1.5 Cup_3_a_b_ _c_.jpg')
})

test('two long names of a template stay two where they are cut, and short enough for any NAS', () => {
  const names = ['c2a7b6de', '1d9f4c1e'].map((start) =>
    mockupFileName('UV 12 Cup_12.png', { id: id.replace(/^\w+/, start), name: 'ü'.repeat(200) }),
  )
  expect(new Set(names).size).toBe(2)
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(143)
})
