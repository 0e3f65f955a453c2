import { expect, test } from 'vitest'
import { isOpenSsh, largestWrite } from './announced.ts'

const EXTENSIONS = [
  'fsync@openssh.com 1',
  'hardlink@openssh.com 1',
  'posix-rename@openssh.com 1',
  'statvfs@openssh.com 2',
]
const DEBIAN = 'SSH-2.0-OpenSSH_9.2p1 Debian-2'

test.each([
  ['OpenSSH', DEBIAN, EXTENSIONS, true],
  ['another SFTP server behind it', DEBIAN, ['statvfs@openssh.com 2'], false],
  ...EXTENSIONS.map((one) => [`without ${one}`, DEBIAN, EXTENSIONS.filter((other) => other !== one), false] as const),
  ['dropbear, whatever serves files', 'SSH-2.0-dropbear_2022.83', EXTENSIONS, false],
  ['OpenSSH for Windows', 'SSH-2.0-OpenSSH_for_Windows_8.1', EXTENSIONS, false],
  ['another with the same extensions', 'SSH-2.0-mod_sftp', EXTENSIONS, false],
] as const)('%s is trusted as OpenSSH: %s, %s → %s', (_name, banner, extensions, trusted) => {
  expect(isOpenSsh({ banner, extensions })).toBe(trusted)
})

test('a write is as large as every server takes, unless it says otherwise; never large to Windows', () => {
  expect(largestWrite(DEBIAN, false)).toBe(32 * 1024)
  expect(largestWrite(DEBIAN, true)).toBe(255 * 1024)
  expect(largestWrite('SSH-2.0-OpenSSH_for_Windows_7.7', true)).toBe(96 * 1024)
})
