import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { digest, digestAll } from '../support/differences.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { setUpWorkstation } from '../support/galley.ts'
import { startGate, type Verdict } from '../support/gate.ts'
import { sampleRecord } from '../support/sample-record.ts'
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

test('what was replaced is told, and comes back by the number of the decision', { timeout: 120_000 }, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  await using backend = await startBackend()
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Undo' })
  const originals = await writeDesigns(join(home, 'designs'), [1, 2])
  expect((await station.upload(originals).ended).code).toBe(0)
  const edits = originals.map((path, n) => ({ path, edit: join(home, `edit ${n}.png`) }))
  for (const { path, edit } of edits) await sharp(path).modulate({ brightness: 1.05 }).png().toFile(edit)
  expect((await station.upload(edits.map(({ edit }) => edit)).ended).code).toBe(3)
  expect((await station.run('review', '--decided').ended).stdout).toMatch(/^Nothing was decided/)
  expect((await station.run('review', '--decide', 'replace').ended).code).toBe(0)
  expect((await station.receipt()).map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^replaced design 1\.png; the old file is kept until /),
    expect.stringMatching(/^replaced design 2\.png; /),
  ])
  expect((await station.run('review', '--decided').ended).stdout).toMatch(/^2 +edit 1\.png +replace +design 2\.png/m)

  const undo = (...more: string[]) => station.run('review', '--undo', '--json', ...more).ended
  expect(await undo('--number', '3')).toMatchObject({ code: 2 })
  const undone = await undo('--number', '2')
  expect(undone).toMatchObject({ code: 0 })
  expect(JSON.parse(undone.stdout)).toMatchObject({ type: 'undone', fileName: 'edit 1.png', outcome: 'review' })
  const stored = async () => new Set((await digestAll(sshd.root)).values())
  expect(await stored()).toContain(digest(await readFile(originals[1] ?? '')))
  expect(await stored()).not.toContain(digest(await readFile(edits[1]?.edit ?? '')))
  // Without a number, all that is left of the batch.
  expect(JSON.parse((await undo()).stdout)).toMatchObject({ fileName: 'edit 0.png', outcome: 'review' })
  expect((await digestAll(sshd.root)).size).toBe(2)
})

test('what a colleague stored as well while the backend was away is asked about, taken back and brought back', {
  timeout: 180_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  await using backend = await startBackend()
  await using gate = await startGate(backend.url)
  const station = await setUpWorkstation({ home, sshd, backend, shop: 'Twins', backendUrl: gate.url })
  const refuse = (): Verdict => ({ status: 401 })
  Object.assign(gate, { judge: refuse, judgeOther: refuse })
  const [path = ''] = await writeDesigns(join(home, 'designs'), [1])
  expect((await station.upload([path]).ended).code).toBe(3)
  const folder = join(station.nasRoot, 'UVDTF 16oz')
  const theirs = join(folder, 'UV 7 UVDTF 16oz_7.png')
  await copyFile(path, theirs)
  const sha256 = digest(await readFile(path))
  const { fingerprint } = sampleRecord(1)
  const record = sampleRecord(1, {
    ...{ number: 7, fileName: basename(theirs), remotePath: theirs },
    ...{ fingerprint: { ...fingerprint, sha256 }, storedSha256: sha256 },
  })
  const token = (await backend.backend.addToken('Twins', 'Packing table'))?.token ?? ''
  expect(await backend.client(token).sendBatch('k', [record], AbortSignal.timeout(10_000))).toMatchObject({ ok: true })
  Object.assign(gate, { judge: () => 'pass', judgeOther: () => 'pass' })
  expect((await station.resume().ended).code).toBe(0)

  expect((await station.run('status').ended).stdout).toMatch(/1 file was stored by a colleague as well/)
  const listed = (await station.run('review').ended).stdout
  expect(listed).toMatch(/This file was stored by a colleague as well while this computer was offline:/)
  expect(listed).toMatch(/^1 +design 1\.png +\S.*UV 1 UVDTF 16oz_1\.png +.*UV 7 UVDTF 16oz_7\.png +Packing table/m)
  expect(await station.run('review', '--decide', 'skip', '--number', '1').ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('take-back|keep-both'),
  })
  // What is said of look-alikes alone leaves it as it is.
  expect((await station.run('review', '--decide', 'keep').ended).stdout).toBe('Nothing waits for a decision.\n')

  const taken = await station.run('review', '--decide', 'take-back').ended
  expect([taken.code, taken.stdout]).toEqual([
    0,
    expect.stringMatching(/^design 1\.png: taken back, and kept for a week/),
  ])
  expect((await station.records()).map(({ number }) => number)).toEqual([7])
  expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([basename(theirs)])
  expect((await station.receipt())[0]).toMatchObject({ outcome: 'done', remotePath: null, recordId: null })
  expect((await station.run('review', '--decided').ended).stdout).toMatch(/^1 +design 1\.png +take-back/m)

  const undone = await station.run('review', '--undo').ended
  expect([undone.code, undone.stdout]).toEqual([0, 'design 1.png: asked about again\n'])
  expect((await station.records()).map(({ number }) => number).sort()).toEqual([1, 7])
  const both = await station.run('review', '--decide', 'keep-both', '--json').ended
  expect(JSON.parse(both.stdout)).toMatchObject({ type: 'settled', fileName: 'design 1.png', outcome: 'keep-both' })
  expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toHaveLength(2)

  // A full NAS has room again at once.
  expect((await station.run('review', '--undo').ended).code).toBe(0)
  expect((await station.run('review', '--decide', 'take-back').ended).code).toBe(0)
  const isKept = (name: string): boolean => name.startsWith('.galley-removed-')
  expect((await readdir(folder)).filter(isKept)).toHaveLength(1)
  expect((await station.run('review', '--drop-taken-back').ended).stdout).toBe('1 file dropped.\n')
  expect((await readdir(folder)).filter(isKept)).toEqual([])
  expect((await station.run('review', '--decided').ended).stdout).toMatch(/^Nothing was decided/)
})
