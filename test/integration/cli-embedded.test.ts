import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { expectOk } from '../support/engine.ts'
import { writeDesigns } from '../support/engine-shop.ts'
import { jsonLines, startGalley } from '../support/galley.ts'
import { keptRecords } from '../support/kept-records.ts'
import { startSshd } from '../support/sshd.ts'

test('in the terminal: a NAS is enough; by a code the shop and all its records move to a team', {
  timeout: 300_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-cli-embedded-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  const { nas, hostKeyFingerprint, identityFile } = sshd
  const dataDir = join(home, 'data')
  const run = (...args: string[]) => startGalley(...args, '--data-dir', dataDir).ended
  const place = ['--nas', `sftp://${nas.user}@${nas.host}:${nas.port}${nas.root}`, '--identity', identityFile]
  const [first = '', second = ''] = await writeDesigns(join(home, 'designs'), [1, 2])

  const added = await run('shop', 'add', '--shop', 'Alone', ...place, '--host-key', hostKeyFingerprint)
  expect(added).toMatchObject({ code: 0, stdout: 'Alone is set up: UVDTF 16oz.\n' })
  expect(added.stderr).toContain('This computer keeps the records of Alone')
  expect(await readdir(dataDir)).not.toContain('records')
  const uploaded = await run('upload', first)
  expect([uploaded.code, uploaded.stderr]).toEqual([0, expect.not.stringContaining('records')])
  expect(uploaded.stdout).toContain('1 done')
  const [id = ''] = await readdir(join(dataDir, 'records'))
  const folder = join(dataDir, 'records', id)
  expect(await keptRecords(folder)).toMatchObject([{ originalName: 'design 1.png' }])
  expect((await run('doctor')).stdout).toMatch(/ok +Records of Alone +kept on this computer/)

  await using backend = await startBackend()
  const token = await backend.addShop('Team')
  const opened = await backend.backend.openPairing('Team')
  const paired = await run('pair', backend.url, opened?.code ?? '', '--shop', 'Alone')
  expect(paired).toMatchObject({ code: 0, stderr: '' })
  expect(paired.stdout).toContain(`records now: 1. What this computer kept stays in ${folder}`)
  expect((await run('upload', second, '--on-similar', 'keep')).code).toBe(0)
  const feed = expectOk(await backend.client(token).hashFeed(0, 100, AbortSignal.timeout(10_000)))
  expect(feed.entries.map(({ originalName }) => originalName)).toEqual(['design 1.png', 'design 2.png'])
  expect(await keptRecords(folder)).toHaveLength(1)
  expect(jsonLines<{ sent: number }>(await run('records', 'resend', '--json'))).toMatchObject([{ sent: 0 }])
})
