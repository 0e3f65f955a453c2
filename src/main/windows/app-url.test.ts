import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { fileOf, isPageUrl } from './app-url.ts'

const folders = { renderer: join('/app', 'renderer'), thumbnails: join('/data', 'thumbs') }

test('the page, its files and thumbnails are found', () => {
  expect(fileOf('app://galley/index.html', folders)).toBe(join('/app', 'renderer', 'index.html'))
  expect(fileOf('app://galley/assets/a%20b.js', folders)).toBe(join('/app', 'renderer', 'assets', 'a b.js'))
  expect(fileOf('app://galley/assets/a.js?v=1#x', folders)).toBe(join('/app', 'renderer', 'assets', 'a.js'))
  expect(fileOf('app://thumb/0193-aB_c', folders)).toBe(join('/data', 'thumbs', '0193-aB_c.thumb'))
})

test.each([
  'app://galley/../secret',
  'app://galley/..%2f..%2fsecret',
  'app://galley/%2e%2e/%2e%2e/secret',
  'app://galley/%2e%2e%2fsecret',
  'app://galley/assets/..%5c..%5csecret',
  'app://galley/..\\..\\secret',
  'app://galley//etc/passwd/../../../../secret',
  'app://galley/C:/Windows/win.ini',
  'app://galley/a%00.html',
  'app://galley/%zz',
  'app://galley/',
  'app://thumb/..%2f..%2fcatalog',
  'app://thumb/../catalog.db',
  'app://thumb/a/b',
  'app://thumb/',
  'app://elsewhere/index.html',
  'file:///etc/passwd',
  'https://galley/index.html',
  'no url',
])('%s never leads out of the two folders', (url) => {
  const file = fileOf(url, folders)
  if (file !== null) {
    // What URL parsing itself resolved stays inside.
    expect([folders.renderer, folders.thumbnails].some((folder) => file.startsWith(folder + sep))).toBe(true)
    expect(file).not.toContain('..')
  }
})

test('hidden separators are refused, not resolved', () => {
  expect(fileOf('app://galley/..%2f..%2fsecret', folders)).toBeNull()
  expect(fileOf('app://galley/a/..%5c..%5csecret', folders)).toBeNull()
  expect(fileOf('app://thumb/..%2fcatalog', folders)).toBeNull()
  // Nor where it would lead to a file of the window's own.
  expect(fileOf('app://galley/assets/..%2findex.html', folders)).toBeNull()
})

test('only our own host is our page', () => {
  expect(isPageUrl('app://galley/index.html')).toBe(true)
  for (const url of ['app://thumb/x', 'https://galley/', 'app://galley.evil.example/', 'about:blank', '']) {
    expect(isPageUrl(url), url).toBe(false)
  }
})
