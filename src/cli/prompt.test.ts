import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { confirm } from './prompt.ts'
import { SPEECH } from './speech.ts'

/** A person at the terminal types this, and Enter. */
function typing(text: string): void {
  const real = Object.getOwnPropertyDescriptor(process, 'stdin')
  onTestFinished(() => {
    if (real !== undefined) Object.defineProperty(process, 'stdin', real)
  })
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  Object.defineProperty(process, 'stdin', { value: terminal, configurable: true })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => void vi.restoreAllMocks())
  terminal.write(`${text}\n`)
}

test.each([
  ['y', true],
  ['Yes ', true],
  ['', false],
  ['maybe', false],
  ['yesterday', false],
  ['n', false],
])('"%s" to a question of trust is yes: %s', async (typed, isYes) => {
  typing(typed)
  expect(await confirm('Trust this NAS?', SPEECH.en.ask.sure)).toBe(isYes)
})

test.each([
  ['sí', true],
  ['S', true],
  ['si ', true],
  ['', false],
  ['no', false],
  ['sin duda', false],
])('"%s" to a question of trust in Spanish is yes: %s', async (typed, isYes) => {
  typing(typed)
  expect(await confirm('¿Es tu NAS?', SPEECH.es.ask.sure)).toBe(isYes)
})

test('nobody at the terminal trusts nothing', async () => {
  typing('y')
  Object.assign(process.stdin, { isTTY: false })
  expect(await confirm('Trust this NAS?', SPEECH.en.ask.sure)).toBe(false)
})
