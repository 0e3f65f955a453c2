import { expect, test } from 'vitest'
import { ITEM_VIEW as item } from '../../test/support/item-view.ts'
import type { ItemView } from '../shared/domain/batch.ts'
import { failure } from '../shared/domain/failure.ts'
import { isNoPicture, receiptTable, warningLines } from './receipt-format.ts'
import { SPEECH } from './speech.ts'

const held = { ...item, stage: 'waiting', remotePath: null } as const
const match = { against: 'design', id: 'd', phashDistance: 0, dhashDistance: 0, correlation: 1, pixels: null } as const

/** The row of an item, without its header. */
function row(shown: ItemView): string {
  const [, , ...rows] = receiptTable([shown], SPEECH.en).split('\n')
  expect(rows).toHaveLength(1)
  return rows.join('\n')
}

test.each<[what: string, shown: ItemView, words: RegExp]>([
  ['where it lies', item, /done {5}\/nas\/a\.png$/],
  [
    'why it failed',
    { ...item, stage: 'failed', remotePath: null, failure: failure('damaged-image', 'libpng: crc') },
    /failed {3}The picture is damaged or cut short \(libpng: crc\)\. Export the design again\.$/,
  ],
  [
    'what it waits for',
    { ...held, hold: { kind: 'needs-sign-in', failure: failure('needs-sign-in') } },
    /pending {2}Waiting: The NAS refused the sign-in\.$/,
  ],
  ['that it is paused', { ...held, hold: { kind: 'paused' } }, /pending {2}Paused\.$/],
  [
    'what it equals',
    { ...item, stage: 'skipped', matches: [{ ...match, kind: 'exact', fileName: 'b.png' }] },
    /skipped {2}Equals b\.png$/,
  ],
  [
    'what it resembles, also when it is left out for that',
    { ...item, stage: 'skipped', matches: [{ ...match, kind: 'near', fileName: 'b.png' }] },
    /skipped {2}Resembles b\.png$/,
  ],
  [
    'what it resembles',
    { ...held, stage: 'review', matches: [{ ...match, kind: 'near', fileName: 'b.png' }] },
    /pending {2}Resembles b\.png$/,
  ],
])('a person reads %s, not a code', (_what, shown, words) => {
  expect(row(shown)).toMatch(words)
})

test('what to know before it is printed is said once for a file, and of a good one nothing', () => {
  const warned = { effectiveDpi: 98, enlargement: 3.06, margin: 0, warnings: ['low-dpi', 'enlarged'] } as const
  const good = { ...warned, warnings: [] }
  const lines = warningLines([{ ...item, preflight: warned }, { ...item, preflight: good }, item])
  expect(lines).toEqual(['a.png prints at 98 dpi, is enlarged 3.1 times.'])
})

test('a name cannot command the terminal, break its line, or turn its direction', () => {
  const shown = row({ ...item, fileName: '\x1b[2J\nx\u202egnp.exe' })
  expect(shown).toContain('\\u{1b}[2J\\u{a}x\\u{202e}gnp.exe')
  expect(shown).not.toMatch(/[\p{Cc}\u202e]/u)
})

test('a long name does not make the table wide; its start and its end stay', () => {
  const long = { ...item, fileName: `rose ${'x'.repeat(240)}.png` }
  const [header] = receiptTable([long], SPEECH.en).split('\n')
  expect(header).toMatch(/^File {46}Size/)
  expect(row(long)).toMatch(/^rose x+…x+\.png /)
  expect(row({ ...long, stage: 'review', matches: [{ ...match, kind: 'near', fileName: long.fileName }] }).length).toBe(
    48 + 2 + 4 + 2 + 7 + 2 + 'Resembles '.length + 48,
  )
})

test('only what failed as none of what Galley takes is no picture', () => {
  expect(isNoPicture({ outcome: 'failed', reason: 'unsupported-format' })).toBe(true)
  for (const reason of ['name-not-utf8', 'damaged-image', 'folder-unreadable'] as const)
    expect(isNoPicture({ outcome: 'failed', reason }), reason).toBe(false)
  expect(isNoPicture({ outcome: 'pending', reason: 'unsupported-format' })).toBe(false)
})
