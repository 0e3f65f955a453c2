import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDesktopState, visibleBounds } from './desktop-state.ts'

const laptop = { x: 0, y: 0, width: 1440, height: 900 }
const external = { x: 1440, y: 0, width: 1920, height: 1080 }
const onExternal = { x: 1600, y: 100, width: 1000, height: 700 }

let file: string
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'galley-desktop-')), 'desktop.json')
})
afterEach(() => rmSync(join(file, '..'), { recursive: true }))

test('a window that was on a screen that is gone opens where it can be reached', () => {
  expect(visibleBounds(onExternal, [laptop, external])).toEqual(onExternal)
  expect(visibleBounds(onExternal, [laptop])).toBeUndefined()
})

test('a window whose title bar is above or below every screen, or all but a sliver beside it, counts as lost', () => {
  expect(visibleBounds({ ...onExternal, y: -50 }, [laptop, external])).toBeUndefined()
  expect(visibleBounds({ ...onExternal, y: 1075 }, [laptop, external])).toBeUndefined()
  expect(visibleBounds({ ...onExternal, x: 3300 }, [laptop, external])).toBeUndefined()
})

test('a hundred points of its title bar are enough to reach a window by, and fewer are not', () => {
  const off = (x: number) => visibleBounds({ ...onExternal, x }, [laptop, external])
  expect([off(3260), off(3261)].map((bounds) => bounds !== undefined)).toEqual([true, false])
  expect([off(-900), off(-901)].map((bounds) => bounds !== undefined)).toEqual([true, false])
})

test('one fact that is remembered does not forget another', () => {
  openDesktopState(file).set({ toldOfTray: true })
  openDesktopState(file).set({ bounds: laptop })
  expect(openDesktopState(file).get()).toEqual({ toldOfTray: true, bounds: laptop })
})

test('a language that this Galley does not speak costs nothing else', () => {
  writeFileSync(file, JSON.stringify({ toldOfTray: true, language: 'tlh' }))
  expect(openDesktopState(file).get()).toEqual({ toldOfTray: true })
})

test('a damaged or foreign file counts as empty and never stops Galley from starting', () => {
  for (const text of ['', '{"bounds":', '[]', '{"bounds":{"x":"left"}}']) {
    writeFileSync(file, text)
    expect(openDesktopState(file).get(), text).toEqual({})
  }
})
