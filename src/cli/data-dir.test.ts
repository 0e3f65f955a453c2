import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultDataDir } from './data-dir.ts'

test('each system has its folder, the one that the desktop app has there', () => {
  expect(defaultDataDir('win32', { APPDATA: '/roaming' })).toBe(join('/roaming', 'Galley'))
  expect(defaultDataDir('win32', {})).toBe(join(homedir(), 'AppData', 'Roaming', 'Galley'))
  expect(defaultDataDir('darwin', { XDG_CONFIG_HOME: '/x' })).toBe(
    join(homedir(), 'Library', 'Application Support', 'Galley'),
  )
  expect(defaultDataDir('linux', { XDG_CONFIG_HOME: '/x' })).toBe(join('/x', 'Galley'))
  expect(defaultDataDir('linux', {})).toBe(join(homedir(), '.config', 'Galley'))
})
