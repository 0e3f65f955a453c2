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
import { expect, onTestFinished, test, vi } from 'vitest'

// Each runs the type checker, the linter and knip on a whole tree.
vi.setConfig({ testTimeout: 180_000 })

const root = dirname(dirname(import.meta.dirname))
const modules = join(root, 'node_modules')
/** Left behind: what is installed, built or written by runs. */
const NOT_COPIED = ['node_modules', '.git', 'out', 'release', '.galley', 'test-results']

/** `npm run check` on a copy of the tree as it is now, changed by `spoil`. */
function checkOf(spoil: (copy: string) => void): { readonly status: number | null; readonly output: string } {
  const copy = mkdtempSync(join(tmpdir(), 'galley-check-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
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
  return { status, output: stdout + stderr }
}

test('the check fails when the engine imports electron', () => {
  const { status, output } = checkOf((copy) =>
    appendFileSync(join(copy, 'src/engine/ports.ts'), `export type { App } from 'electron'\n`),
  )
  expect(output).toContain('src/engine/ports.ts: engine/ may not import the package electron')
  expect(output).toContain('FAIL who may import whom')
  expect(status).toBe(1)
})

test('the check fails when two files import each other, by way of a third and a type', () => {
  const { status, output } = checkOf((copy) => {
    const write = (name: string, text: string): void => writeFileSync(join(copy, 'src/shared/domain', name), text)
    write('one.ts', `import { two } from './two.ts'\n\nexport const one = (): number => two()\nexport type One = 1\n`)
    write('two.ts', `import { three } from './three.ts'\n\nexport const two = (): number => three()\n`)
    write('three.ts', `import type { One } from './one.ts'\n\nexport const three = (): One => 1\n`)
  })
  expect(output).toContain('FAIL lint, format and cycles')
  expect(output).toContain('lint/suspicious/noImportCycles')
  expect(status).toBe(1)
})

test.each([
  ['the engine', 'src/engine/handlers.ts', /^ {4}status: .*\n/m, "'status'"],
  ['main', 'src/main/ipc/main-routes.ts', /^ {4}revealLog\(\) \{\n(?: {6}.*\n)+ {4}\},\n/m, "'revealLog'"],
])('the check fails when %s answers a call of the window no more', (_, file, handler, method) => {
  const { status, output } = checkOf((copy) => {
    const text = readFileSync(join(copy, file), 'utf8')
    expect(text).toMatch(handler)
    writeFileSync(join(copy, file), text.replace(handler, ''))
  })
  expect(output).toContain(file)
  expect(output).toContain(`Property ${method} is missing`)
  expect(output).toContain('FAIL types')
  expect(status).toBe(1)
})

test('the check fails when something is exported that nobody uses', () => {
  const { status, output } = checkOf((copy) =>
    writeFileSync(join(copy, 'src/shared/domain/unused.ts'), 'export const nobodyWantsThis = 1\n'),
  )
  expect(output).toContain('src/shared/domain/unused.ts')
  expect(output).toContain('FAIL dead code')
  expect(status).toBe(1)
})
