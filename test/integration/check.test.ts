import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = dirname(dirname(import.meta.dirname))
const modules = join(root, 'node_modules')
/** Left behind: what is installed, built or written by runs. */
const NOT_COPIED = ['node_modules', '.git', 'out', 'release', '.galley', 'test-results']

/** `npm run check` on a copy of the tree as it is now, changed by `spoil`. */
function checkOf(spoil: (copy: string) => void): { readonly status: number | null; readonly output: string } {
  const copy = mkdtempSync(join(tmpdir(), 'galley-check-'))
  const copied = readdirSync(root).filter((name) => !NOT_COPIED.includes(name))
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(modules, join(copy, 'node_modules'), 'junction')
  spoil(copy)
  const path = [join(modules, '.bin'), process.env.PATH].join(delimiter)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/check.ts'], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  })
  rmSync(copy, { recursive: true })
  return { status, output: stdout + stderr }
}

/** Each of these alone is enough for the check to fail, and is found by a step of its own: they are planted at once. */
const HANDLERS = [
  ['the engine', 'src/engine/handlers.ts', /^ {4}status: .*\n/m, "'status'"],
  ['main', 'src/main/ipc/main-routes.ts', /^ {4}revealLog\(\) \{\n(?: {6}.*\n)+ {4}\},\n/m, "'revealLog'"],
] as const

const { status, output } = checkOf((copy) => {
  appendFileSync(join(copy, 'src/engine/ports.ts'), `export type { App } from 'electron'\n`)
  const write = (name: string, text: string): void => writeFileSync(join(copy, 'src/shared/domain', name), text)
  write('one.ts', `import { two } from './two.ts'\n\nexport const one = (): number => two()\nexport type One = 1\n`)
  write('two.ts', `import { three } from './three.ts'\n\nexport const two = (): number => three()\n`)
  write('three.ts', `import type { One } from './one.ts'\n\nexport const three = (): One => 1\n`)
  write('unused.ts', 'export const nobodyWantsThis = 1\n')
  for (const [, file, handler] of HANDLERS) {
    const text = readFileSync(join(copy, file), 'utf8')
    expect(text).toMatch(handler)
    writeFileSync(join(copy, file), text.replace(handler, ''))
  }
})

test('the check fails, and goes through all of its steps', () => {
  expect(status).toBe(1)
  expect(output).toMatch(/^ok {3}length of files/m)
})

test('it finds that the engine imports electron', () => {
  expect(output).toContain('src/engine/ports.ts: engine/ may not import the package electron')
  expect(output).toContain('FAIL who may import whom')
})

test('it finds that two files import each other, by way of a third and a type', () => {
  expect(output).toContain('FAIL lint, format and cycles')
  expect(output).toContain('lint/suspicious/noImportCycles')
})

test.each(HANDLERS)('it finds that %s answers a call of the window no more', (_, file, _handler, method) => {
  expect(output).toContain(file)
  expect(output).toContain(`Property ${method} is missing`)
  expect(output).toContain('FAIL types')
})

test('it finds that something is exported that nobody uses', () => {
  expect(output).toContain('src/shared/domain/unused.ts')
  expect(output).toContain('FAIL dead code')
})
