import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findSpokenDetails } from './check-details.ts'

const PLACE = 'engine/transfer/any.ts'

function linesOf(text: string, place = PLACE): string[] {
  const root = mkdtempSync(join(tmpdir(), 'galley-details-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(dirname(join(root, 'src', place)), { recursive: true })
  writeFileSync(join(root, 'src', place), text)
  return findSpokenDetails(root).map((fault) => fault.split(':')[1] ?? '')
}

test.each([
  ['a sentence', `\nfailure('internal', 'it fell over')`],
  ['a sentence around a fact', `const n = 1\nfailure('internal', \`\${n} of them\`)`],
  ['one of two', `const a = true\nfailure('internal', a ? null : 'it fell over')`],
  ['what is said where nothing is', `const a = null\nfailure('internal', a ?? 'nothing')`],
  ['a sentence that is put together', `const a = String(1)\nfailure('internal', '' + ('in ' + a))`],
  ['a sentence by its name', `const f = () =>\n  'x'\nconst detail = 'it fell over'\nfailure('internal', detail)`],
  [
    'a sentence of a function',
    `function why(a) {\n  if (a) return null\n  return 'it fell over'\n}\nfailure('internal', why(1))`,
  ],
  ['the field itself', `const because = {}\nexport const other = { ...because, detail: 'it fell over' }`],
  ['one that is nested', `const path = ''\nfailure('internal', { says: 'at', path, what: 'it fell over' })`],
])('a failure that is given our own words as text is found: %s', (_, text) => {
  expect(linesOf(text)).toHaveLength(1)
})

test('codes with their facts, and what comes from outside, may be given', () => {
  expect(linesOf(`failure('internal', { says: 'answered', status: 4 })`)).toEqual([])
  expect(linesOf(`const path = '/'\nfailure('internal', path)\nfailure('internal', String(path))`)).toEqual([])
  expect(linesOf(`const [a, b] = [1, 2]\nfailure('internal', \`\${a}: \${b}\`)`)).toEqual([])
  expect(linesOf(`const [a, b] = ['x', 1]\nfailure('internal', a === 'yes' ? a : b)`)).toEqual([])
})
