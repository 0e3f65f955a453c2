import { expect, test } from 'vitest'
import { judged, meets, reported, requireNativeCrypto, unjudged } from './row.ts'

const row = { bench: 'b', case: 'c', metric: 'm', value: 2, unit: 'x' }

test('a target is judged on its own side, its limit included only where it says so', () => {
  expect([meets(2, '>= 2'), meets(2, '<= 2.0'), meets(2, '> 2'), meets(2, '< 2')]).toEqual([true, true, false, false])
  expect([meets(1.99, '>= 2'), meets(2.01, '<= 2')]).toEqual([false, false])
})

test('a malformed target is a bug, never a pass', () => {
  expect(() => meets(1, 'at least 1')).toThrow('not a target')
  expect(() => meets(1, '>=1')).toThrow('not a target')
})

test('nothing that was not judged counts as met', () => {
  expect(reported(row).met).toBeNull()
  expect(unjudged(row, '>= 9', 'no rclone')).toMatchObject({ met: null, target: '>= 9', why: 'no rclone' })
  expect(judged({ ...row, baseline: 'rclone' }, '>= 9')).toMatchObject({ met: false, baseline: 'rclone' })
})

test('nothing is measured with slow ciphers unless somebody asked for it', () => {
  expect(() => requireNativeCrypto(false, { anyCrypto: false })).toThrow('native crypto')
  requireNativeCrypto(false, { anyCrypto: true })
  requireNativeCrypto(true, { anyCrypto: false })
})
