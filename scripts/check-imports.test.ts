import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findForbiddenImports } from './check-imports.ts'

function faultsOf(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'galley-imports-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'src', path)), { recursive: true })
    writeFileSync(join(root, 'src', path), text)
  }
  return findForbiddenImports(root)
}

test.each([
  ['a plain import', `import { app } from 'electron'`],
  ['a type import', `import type { App } from 'electron'`],
  ['a re-export', `export { app } from 'electron'`],
  ['a star re-export', `export * from 'electron'`],
  ['an import for its effect', `import 'electron'`],
  ['a subpath', `import { app } from 'electron/main'`],
  ['a dynamic import', `export const load = () => import('electron')`],
  ['an import in a type', `export type App = import('electron').App`],
  ['require', `export const electron = require('electron')`],
])('electron in the engine is found as %s', (_, text) => {
  expect(faultsOf({ 'engine/engine.ts': text })).toEqual([
    'src/engine/engine.ts: engine/ may not import the package electron',
  ])
})

test('a relative path counts by where it leads, not by how it is written', () => {
  expect(faultsOf({ 'engine/queue/a.ts': `import '../../shared/../main/tray.ts'` })).toHaveLength(1)
  expect(faultsOf({ 'engine/queue/a.ts': `import '../../shared/domain/item.ts'` })).toEqual([])
  expect(faultsOf({ 'engine/a.ts': `import '../../scripts/check.ts'` })).toHaveLength(1)
})

test('the database, the decoder and SSH stay in their folders of the engine', () => {
  const everywhere = `import 'better-sqlite3'\nimport 'sharp'\nimport 'ssh2'`
  const owners = { catalog: 'better-sqlite3', imaging: 'sharp', transfer: 'ssh2' }
  for (const [folder, own] of Object.entries(owners)) {
    const faults = faultsOf({ [`engine/${folder}/a.ts`]: everywhere })
    expect(faults).toHaveLength(2)
    expect(faults.join()).not.toContain(own)
  }
  expect(faultsOf({ 'engine/queue/a.ts': everywhere, 'renderer/a.tsx': everywhere })).toHaveLength(6)
})

test('the backend takes the records and the domain of shared, not its worker protocol', () => {
  expect(faultsOf({ 'backend/a.ts': `import '../shared/api/records.ts'\nimport '../shared/worker/port.ts'` })).toEqual([
    'src/backend/a.ts: backend/ may not import ../shared/worker/port.ts',
  ])
})

test('the window has no Node, and a folder without a rule is refused', () => {
  expect(faultsOf({ 'renderer/a.tsx': `import 'node:fs'\nexport const a = <p />` })).toHaveLength(1)
  expect(faultsOf({ 'helpers/a.ts': '' })).toHaveLength(1)
})

test('tests may import anything', () => {
  expect(faultsOf({ 'engine/a.test.ts': `import 'electron'` })).toEqual([])
})
