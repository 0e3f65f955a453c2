import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { setUpWorkstation } from '../support/galley.ts'
import { startSshd } from '../support/sshd.ts'

test('what waits for a decision is listed by question, and decided by its number', { timeout: 120_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Review' })
  const [one = '', other = ''] = await writeDesigns(join(home, 'designs'), [1, 2])
  expect((await station.upload([one, other]).ended).code).toBe(0)
  const edits = await Promise.all(
    [one, one, other].map(async (path, n) => {
      const edit = join(home, `edit ${n}.png`)
      await sharp(path)
        .modulate({ brightness: 1.03 + n / 100 })
        .png()
        .toFile(edit)
      return edit
    }),
  )
  expect((await station.upload(edits).ended).code).toBe(3)

  const listed = await station.run('review').ended
  expect(listed.code).toBe(0)
  expect(listed.stdout).toMatch(/^1 +edit 0\.png +looks the same +design 1\.png\n +edit 1\.png .*\n2 +edit 2\.png/m)
  const lines = (await station.run('review', '--json').ended).stdout.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'question', number: 1, items: [{ fileName: 'edit 0.png' }, { fileName: 'edit 1.png' }] },
    { type: 'question', number: 2, items: [{ fileName: 'edit 2.png', matches: [{ kind: 'near' }] }] },
  ])
  expect(await station.run('review', '--decide', 'skip', '--number', '3').ended).toMatchObject({
    code: 2,
    stderr: 'There is no question 3.\n',
  })

  expect((await station.run('review', '--decide', 'skip', '--number', '1').ended).code).toBe(3)
  expect((await station.run('review', '--decide', 'not-duplicate').ended).code).toBe(0)
  expect((await station.receipt()).map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'done'])
  expect((await station.run('review', '--decide', 'keep').ended).stdout).toBe('Nothing waits for a decision.\n')
  // Nothing of it is asked again.
  expect((await station.upload(edits).ended).code).toBe(0)
})
