import { expect, test } from 'vitest'
import { childOf, isFolderName, nameOf, parentOf, wayTo } from './paths.ts'

test('down and up again leads to the same folder, from the top as from below', () => {
  for (const folder of ['/', '/share', '/share/new designs']) {
    expect([parentOf(childOf(folder, 'ä b')), nameOf(childOf(folder, 'ä b'))]).toEqual([folder, 'ä b'])
  }
  expect(parentOf('/')).toBe('/')
})

test('each step of the way leads where its name says', () => {
  expect(wayTo('/share/designs')).toEqual([
    { name: 'share', path: '/share' },
    { name: 'designs', path: '/share/designs' },
  ])
  expect(wayTo('/')).toEqual([])
})

test('a new folder lies in the one that is looked at, and nowhere else', () => {
  expect(['designs', '.hidden', 'a..b'].filter(isFolderName)).toHaveLength(3)
  expect(['', '.', '..', 'a/b', '/'].filter(isFolderName)).toEqual([])
})
