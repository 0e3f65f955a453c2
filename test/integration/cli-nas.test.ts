import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { jsonLines, setUpWorkstation, startGalley } from '../support/galley.ts'
import { startSshd } from '../support/sshd.ts'

async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'galley-nas-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

test('before there is a shop, folders of a NAS are looked at and made, and no password is asked for again', async ({
  skip,
}) => {
  await using sshd = await startSshd()
  if (sshd.testUser === null) return skip('a user with a password needs root')
  const home = await makeHome()
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, sshd.testUser.password)
  const url = `sftp://${sshd.testUser.user}@${sshd.host}:${sshd.port}${sshd.root}`
  const nas = ['--nas', url, '--password-file', passwordFile, '--data-dir', join(home, 'data')]

  const unknown = await startGalley('nas', 'ls', ...nas).ended
  expect([unknown.code, unknown.stdout]).toEqual([1, ''])
  expect(unknown.stderr).toContain(sshd.hostKeyFingerprint)
  const made = await startGalley('nas', 'mkdir', join(sshd.root, 'shop', 'new'), ...nas, '--trust-on-first-use').ended
  expect([made.code, made.stdout, made.stderr]).toEqual([0, `${sshd.root}/shop/new is there.\n`, ''])
  expect((await stat(join(sshd.root, 'shop', 'new'))).isDirectory()).toBe(true)

  await mkdir(join(sshd.root, "colleague's"), { mode: 0o755 })
  await writeFile(join(sshd.root, 'list.txt'), 'twelve bytes')
  const listed = await startGalley('nas', 'ls', ...nas).ended
  expect([listed.code, listed.stderr]).toEqual([0, ''])
  const lines = listed.stdout.split('\n')
  expect(lines[0]).toMatch(/^Name +Kind +Size +Changed \(UTC\) +Writable$/)
  expect(lines.slice(2, 5)).toEqual([
    expect.stringMatching(/^colleague's +folder +\d{4}-\d\d-\d\d \d\d:\d\d +no$/),
    expect.stringMatching(/^shop +folder +\d{4}-\d\d-\d\d \d\d:\d\d +yes$/),
    expect.stringMatching(/^list.txt +file +12 B +\d{4}-\d\d-\d\d \d\d:\d\d$/),
  ])
  expect(lines[6]).toMatch(/: 2 folders, 1 file, writable: yes, [\d.]+ [GT]B free$/)

  const missing = await startGalley('nas', 'ls', '/volume1/designs', ...nas).ended
  expect(missing.code).toBe(1)
  expect(missing.stderr).toBe('There is no folder /volume1/designs on the NAS. The nearest one is /:\n')
  expect(missing.stdout).toContain('tmp ')
  const relative = await startGalley('nas', 'mkdir', 'new', ...nas).ended
  expect([relative.code, relative.stderr]).toEqual([2, 'new: the path of a new folder begins with /\n'])
  await expect(readFile(join(home, 'data', 'secret-files.json'))).rejects.toThrow('ENOENT')
})

test("in a template's folder, files that Galley did not store are told from those that it did", {
  timeout: 120_000,
}, async () => {
  const home = await makeHome()
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Browsed' })
  const own = ['--data-dir', station.dataDir]
  const sources = await writeDesigns(join(home, 'designs'), [1, 2])
  expect((await station.upload(sources, '--on-similar', 'keep').ended).code).toBe(0)
  const folder = join(station.nasRoot, 'UVDTF 16oz')
  await writeFile(join(folder, 'UV 3 UVDTF 16oz_3.png'), "a colleague's")
  await writeFile(join(folder, '.galley-5a3e0c52-1111-4222-8333-444455556666-1.part'), 'on its way')

  const listed = await startGalley('nas', 'ls', folder, '--json', ...own).ended
  expect(listed.code).toBe(0)
  const [head, ...entries] = jsonLines<{ type: string; name: string; isForeign: boolean | null }>(listed)
  expect(head).toMatchObject({ type: 'folder', path: folder, missing: null, isCut: false })
  expect(entries.map(({ name, isForeign }) => [name, isForeign])).toEqual([
    ['.galley-5a3e0c52-1111-4222-8333-444455556666-1.part', false],
    ['UV 1 UVDTF 16oz_1.png', false],
    ['UV 2 UVDTF 16oz_2.png', false],
    ['UV 3 UVDTF 16oz_3.png', true],
  ])
  const atRoot = await startGalley('nas', 'ls', ...own).ended
  expect([atRoot.code, atRoot.stderr]).toEqual([0, ''])
  expect(atRoot.stdout).toMatch(/^Browsed +folder/m)
  const table = await startGalley('nas', 'ls', folder, ...own).ended
  expect(table.stdout.match(/foreign/g)).toHaveLength(1)
})
