import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLanguage } from './language.ts'
import { openDesktopState } from './windows/desktop-state.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-language-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As after a start on a system with these languages. */
function started(...preferred: readonly string[]) {
  const told: string[] = []
  const desktop = openDesktopState(join(folder, 'desktop.json'))
  const language = openLanguage({ desktop, preferred: () => preferred, onChange: (now) => told.push(now) })
  return { language, told }
}

test('what was chosen is spoken again after a start, and nobody is told of what stays the same', () => {
  const { language, told } = started('en-US')
  expect(language.choose('es')).toEqual({ choice: 'es', language: 'es' })
  language.choose('es')
  expect(told).toEqual(['es'])
  expect(started('en-US').language.get()).toEqual({ choice: 'es', language: 'es' })
})

test('back to the system tells only when that is another language', () => {
  const { language, told } = started('es-MX')
  expect(language.get()).toEqual({ choice: 'system', language: 'es' })
  language.choose('es')
  language.choose('system')
  expect(told).toEqual([])
  language.choose('en')
  expect(told).toEqual(['en'])
})
