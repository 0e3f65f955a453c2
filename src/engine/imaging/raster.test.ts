import { expect, test } from 'vitest'
import { release } from './raster.ts'

test('release gives the memory of the pixels back, and takes none that others share', () => {
  const own = new Uint8Array(16)
  release({ width: 2, height: 2, data: own })
  expect(own).toHaveLength(0)
  const shared = new Uint8Array(32)
  release({ width: 2, height: 2, data: shared.subarray(16) })
  expect(shared).toHaveLength(32)
})
