import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
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

test('a variable that is empty or leads nowhere says nothing: no data is kept wherever a command happens to run', () => {
  expect(defaultDataDir('linux', { XDG_CONFIG_HOME: '' })).toBe(join(homedir(), '.config', 'Galley'))
  expect(defaultDataDir('linux', { XDG_CONFIG_HOME: 'here' })).toBe(join(homedir(), '.config', 'Galley'))
  expect(defaultDataDir('win32', { APPDATA: '' })).toBe(join(homedir(), 'AppData', 'Roaming', 'Galley'))
  vi.stubEnv('HOME', '')
  expect(defaultDataDir('linux', {})).toBe(join(userInfo().homedir, '.config', 'Galley'))
  vi.unstubAllEnvs()
})
