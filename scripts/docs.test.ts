import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const DOCS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...list('docs').filter((file) => file.endsWith('.md'))]

test.each(DOCS)('%s names no file or folder that is not there', (doc) => {
  const text = readFileSync(join(root, doc), 'utf8')
  const all = ['src', 'test', 'scripts', 'docs', 'kernels', '.ci'].flatMap(list)
  const named = [...text.matchAll(/`((?:[\w.-]+\/)*[\w-]+\.(?:ts|tsx|mjs|json|md))`/g)].map(([, name = '']) => name)
  const folders = [...text.matchAll(/`((?:src|test|scripts|docs)\/[\w/-]+)`/g)].map(([, name = '']) => name)
  const roots = readdirSync(root)
  expect(named.filter((name) => !roots.includes(name) && !all.some((file) => `/${file}`.endsWith(`/${name}`)))).toEqual(
    [],
  )
  expect(folders.filter((name) => !all.includes(name))).toEqual([])
})

test.each(DOCS)('%s names no npm script that is not there', (doc) => {
  const text = readFileSync(join(root, doc), 'utf8')
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const named = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

function list(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file.replaceAll('\\', '/')}`,
  )
}
