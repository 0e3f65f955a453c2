import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { jsonLines, setUpWorkstation, startGalley } from '../support/galley.ts'
import { startSshd } from '../support/sshd.ts'
import { sha256Of } from '../support/transfer-worker.ts'

test('designs come back from the command line, all of them or by number; what the shop has not is exit code 3', {
  timeout: 120_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-restore-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Restored' })
  const own = ['--data-dir', station.dataDir]
  const [folder, single] = [join(home, 'back'), join(home, 'single')]

  await mkdir(station.dataDir, { recursive: true })
  const early = await startGalley('restore', '--to', folder, ...own).ended
  expect([early.code, early.stderr]).toEqual([2, 'No shop yet: nothing was uploaded from this data folder.\n'])

  const sources = await writeDesigns(join(home, 'designs'), [1, 2, 3])
  expect((await station.upload(sources, '--on-similar', 'keep').ended).code).toBe(0)
  const all = await startGalley('restore', '--to', folder, ...own).ended
  expect([all.code, all.stdout]).toEqual([0, '3 restored\n'])
  const digests = async (paths: readonly string[]): Promise<string[]> => (await Promise.all(paths.map(sha256Of))).sort()
  expect(await digests((await readdir(folder)).map((name) => join(folder, name)))).toEqual(await digests(sources))

  const some = await startGalley('restore', '--number', '2', '9', '--to', single, '--json', ...own).ended
  expect([some.code, some.stderr]).toEqual([3, ''])
  expect(jsonLines(some)).toEqual([
    {
      type: 'file',
      designId: expect.any(String),
      number: 2,
      remotePath: join(station.nasRoot, 'UVDTF 16oz', 'UV 2 UVDTF 16oz_2.png'),
      outcome: 'restored',
      path: join(single, 'UV 2 UVDTF 16oz_2.png'),
      failure: null,
    },
    { type: 'summary', restored: 1, present: 0, failed: 0, left: 0, unknown: ['9'] },
  ])
})
