import { expect, test } from 'vitest'
import { type PlaceRoot, placed, spotOf } from './placing.ts'

const ROOTS: readonly PlaceRoot[] = [
  { placeId: 'nas', device: 'lan', root: '/volume1/designs' },
  { placeId: 'nas', device: 'vpn', root: '/designs' },
  { placeId: 'old nas', device: 'lan', root: '/old' },
  { placeId: 'other nas', device: 'home', root: '/designs' },
]

test.for<[string, string | null, string | null]>([
  ['/volume1/designs/Shop/Mug/1.png', 'lan', 'nas/Shop/Mug/1.png'],
  ['/old/Shop/Mug/1.png', 'lan', 'old nas/Shop/Mug/1.png'],
  // Of who sent it, though others have a root of that name elsewhere.
  ['/designs/Shop/Mug/1.png', 'vpn', 'nas/Shop/Mug/1.png'],
  ['/designs/Shop/Mug/1.png', 'home', 'other nas/Shop/Mug/1.png'],
  ['/designs/Shop/Mug/1.png', 'lan', null],
  // Nobody knows who sent it: only what all agree on.
  ['/volume1/designs/Shop/Mug/1.png', null, 'nas/Shop/Mug/1.png'],
  ['/volume1/designs/Shop/Mug/1.png', 'new', 'nas/Shop/Mug/1.png'],
  ['/designs/Shop/Mug/1.png', null, null],
  // A name that only begins so.
  ['/old designs/Shop/Mug/1.png', 'lan', null],
])('%s, sent by %s, is %s', ([remotePath, device, spot]) => {
  const record: Parameters<typeof placed>[0] = { remotePath }
  expect(spotOf(placed(record, device, ROOTS))).toBe(spot ?? remotePath)
})

test('the nearer of two roots counts, and a record that has its place keeps it', () => {
  const roots = [{ placeId: 'nas', device: 'lan', root: '/' }, ...ROOTS.slice(0, 1)]
  expect(placed({ remotePath: '/volume1/designs/a.png' }, 'lan', roots)).toMatchObject({ path: 'a.png' })
  const record = { remotePath: '/volume1/designs/a.png', placeId: 'it', path: 'b.png' }
  expect(placed(record, 'lan', roots)).toBe(record)
})
