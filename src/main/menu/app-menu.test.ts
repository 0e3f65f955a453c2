import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import type { MenuCommand } from '../../shared/ipc/window.ts'
import { MAIN_TEXTS } from '../texts/main-texts.ts'
import { appMenu } from './app-menu.ts'

/** All that can be chosen in the menu of that platform, and what came of choosing it. */
function menuOf(platform: NodeJS.Platform, t = MAIN_TEXTS.en) {
  const commands: MenuCommand[] = []
  const shown: string[] = []
  const menus = appMenu({
    platform,
    t,
    command: (command) => void commands.push(command),
    showLog: () => void shown.push('log'),
  })
  const items = menus.flatMap(({ submenu }) => (submenu ?? []) as MenuItemConstructorOptions[])
  const choose = (label: string): void => {
    const found = items.find((item) => item.label === label)
    found?.click?.({} as never, undefined, {} as never)
  }
  return { menus, items, commands, shown, choose }
}

test('each command goes to the window under its own key', () => {
  const { items, commands } = menuOf('linux')
  const keyed = items.flatMap((item) => (item.accelerator === undefined ? [] : [item]))
  for (const { click } of keyed) click?.({} as never, undefined, {} as never)
  expect(Object.fromEntries(keyed.map(({ accelerator }, at) => [accelerator, commands[at]?.command]))).toEqual({
    'CmdOrCtrl+O': 'add-files',
    'CmdOrCtrl+Shift+O': 'add-folder',
    'CmdOrCtrl+,': 'settings',
    'CmdOrCtrl+F': 'find',
    'CmdOrCtrl+/': 'keys',
  })
})

test('the log is shown from the menu, without the window, which may be what is broken', () => {
  const { choose, shown, commands } = menuOf('linux')
  choose(MAIN_TEXTS.en.menu.showLog)
  expect([shown, commands]).toEqual([['log'], []])
})

test('a Mac has the menu of the application first, as its system wants it, and nobody else has', () => {
  expect(menuOf('darwin').menus.map(({ role }) => role)).toEqual([
    'appMenu',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  for (const platform of ['linux', 'win32'] as const)
    expect(menuOf(platform).items.some(({ role }) => role === 'quit')).toBe(true)
  expect(menuOf('win32').menus.map(({ role }) => role)).toEqual([undefined, undefined, undefined, undefined])
})

test.each(['en', 'es'] as const)(
  'whoever types finds undo, copy and paste in the menu, in words of the language: %s',
  (language) => {
    const { items } = menuOf('win32', MAIN_TEXTS[language])
    const roles = items.map(({ role }) => role)
    expect(roles).toEqual(expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']))
    const said = items.filter(({ type }) => type !== 'separator').map(({ label }) => label)
    const own = Object.values(MAIN_TEXTS[language].menu)
    expect(said.filter((label) => !own.some((word) => word === label))).toEqual([])
  },
)
