import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { findDifferences } from '../support/differences.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { setUpWorkstation, startGalley } from '../support/galley.ts'
import { copyRealDesigns, haveRealDesigns } from '../support/real-designs.ts'
import { startSshd } from '../support/sshd.ts'

/** `GALLEY_TEST_DESIGNS=200 npm run integration -- cli-upload` for more than is tried each time. */
const DESIGNS = Number(process.env.GALLEY_TEST_DESIGNS ?? 60)

test('real designs: none is lost, doubled or changed between here, the NAS and the backend', {
  timeout: 300_000,
}, async (context) => {
  if (!haveRealDesigns()) context.skip('openclipart-png is not installed')
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const sources = await copyRealDesigns(join(home, 'designs'), DESIGNS)
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Whole' })

  const first = await station.upload([join(home, 'designs')], '--on-similar', 'keep', '--json').ended
  expect(first.stderr).toBe('')
  expect(first.code).toBe(0)
  const ends = { sources, nasRoot: station.nasRoot }
  expect(
    await findDifferences({ ...ends, records: await station.records(), receipt: await station.receipt() }),
  ).toEqual([])

  const whole = await station.receipt()
  // Whatever a folder links to, it is taken in only where that is wished.
  await mkdir(join(home, 'links'))
  await symlink(join(home, 'designs'), join(home, 'links', 'out'))
  const none = await station.upload([join(home, 'links')]).ended
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('1 link leads out of what was dropped')])
  const again = await station.upload([join(home, 'links')], '--on-similar', 'keep', '--follow-links').ended
  expect(again.code).toBe(0)
  expect((await station.receipt()).map(({ outcome }) => outcome)).toEqual(sources.map(() => 'skipped'))
  expect(await findDifferences({ ...ends, records: await station.records(), receipt: whole })).toEqual([])
})

test('whoever stops reading what is printed ends no upload, and what only prints', { timeout: 120_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const designs = join(home, 'designs')
  const sources = await writeDesigns(
    designs,
    Array.from({ length: 12 }, (_, n) => n + 1),
  )
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Unread' })
  const upload = station.upload([designs], '--on-similar', 'keep', '--json')
  const hash = startGalley('hash', designs, '--json')
  for (const command of [upload, hash]) {
    await vi.waitFor(() => expect(command.output.stdout).toContain('\n'), { timeout: 60_000 })
    command.stopReading()
  }
  expect([(await upload.ended).code, (await hash.ended).code]).toEqual([0, 0])
  expect([upload.output.stderr, hash.output.stderr]).toEqual(['', ''])
  const ends = { sources, nasRoot: station.nasRoot, records: await station.records() }
  expect(await findDifferences({ ...ends, receipt: await station.receipt() })).toEqual([])
})
