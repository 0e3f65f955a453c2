import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homePath } from './home-path.ts'

test('~/ is the folder of whoever runs Galley; a name that only begins so stays', () => {
  expect(homePath('~/.ssh/id_ed25519')).toBe(join(homedir(), '.ssh/id_ed25519'))
  for (const path of ['/keys/~/id', '~key', 'keys/id', '~']) expect(homePath(path)).toBe(path)
})
