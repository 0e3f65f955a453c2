import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FUSES_ON, packLinux } from '../../scripts/pack-linux.ts'
import { judgeContents } from '../../scripts/package-contents.ts'

const root = join(import.meta.dirname, '..', '..')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-package-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A project with Galley's own packing rules and next to no code. */
function plant(...files: string[]): string {
  const project = join(folder, 'project')
  for (const own of ['electron-builder.yml', 'resources']) {
    cpSync(join(root, own), join(project, own), { recursive: true })
  }
  const { name, productName, version, description, author, homepage } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const main = 'out/main/index.js'
  const manifest = { name, productName, version, description, author, homepage, main }
  for (const file of [main, ...files]) {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), '// planted\n')
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  return project
}

test('sources, tests and settings beside the build are not packed; a test that got into the build is found', async () => {
  const beside = ['src/main/index.ts', 'test/e2e/app.spec.ts', 'out/main/index.js.map', '.env', 'notes.md']
  const project = plant(...beside, 'out/main/planted.test.js', 'out/renderer/assets/deep/planted.js')
  const packed = await packLinux(project, folder)

  expect(packed.files).toContain('out/main/index.js')
  for (const file of beside) expect(packed.files).not.toContain(file)
  expect(judgeContents(packed.files, packed.unpacked).unexpected.toSorted()).toEqual([
    'out/main/planted.test.js',
    'out/renderer/assets/deep/planted.js',
  ])
  expect(packed.fusesOn.toSorted()).toEqual(FUSES_ON.toSorted())
})

test('a test file of a package, an unknown package, code beside the archive, and a lost entry are each a fault', () => {
  const good = ['package.json', 'node_modules/zod/index.js']
  const { unexpected } = judgeContents([...good, 'node_modules/zod/test/a.js', 'node_modules/zod/a.ts'], [])
  expect(unexpected).toEqual(['node_modules/zod/test/a.js', 'node_modules/zod/a.ts'])
  expect(judgeContents([...good, 'node_modules/left-pad/index.js'], []).unexpected).toHaveLength(1)
  expect(judgeContents(good, ['node_modules/zod/index.js']).unexpected).toHaveLength(1)
  expect(judgeContents(good, []).missing).toContain('out/main/engine.js')
})
