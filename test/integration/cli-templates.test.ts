import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startBackend } from '../support/backend.ts'
import { type Ended, startGalley } from '../support/galley.ts'

vi.setConfig({ testTimeout: 180_000 })

const NAS = ['--nas', 'sftp://ana@127.0.0.1:1/designs', '--host-key', `SHA256:${'A'.repeat(43)}`]

test('the terminal tells the revision of each template, shows both where another workstation changed it, and ends as failed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-templates-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const service = await startBackend()
  const tokens = [await service.addShop('Gifts'), (await service.backend.addToken('Gifts', 'other'))?.token ?? '']
  /** Workstations with a NAS that nobody asks. */
  const [one, other] = tokens.map((token, at) => {
    const dataDir = join(home, `data ${at}`)
    const run = (...args: string[]): Promise<Ended> => startGalley(...args, '--data-dir', dataDir).ended
    const joinShop = async (...args: string[]): Promise<Ended> => {
      const file = join(home, `token ${at}`)
      await writeFile(file, token)
      return run('shop', 'add', '--shop', 'Gifts', ...NAS, '--backend', service.url, '--token-file', file, ...args)
    }
    return { joinShop, run: (...args: string[]) => run('template', ...args) }
  })
  if (one === undefined || other === undefined) throw new Error('no workstations')

  expect(await one.joinShop('--template', 'Mug')).toMatchObject({ code: 0, stdout: 'Gifts is set up: Mug.\n' })
  // Who joins it makes none.
  expect(await other.joinShop()).toMatchObject({ code: 0, stdout: 'Gifts is set up: Mug.\n', stderr: '' })
  const made = await one.run('add', 'Cup', '--code', 'C4', '--print', '4x4@300')
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Cup \(C4\): 4x4@300, .*; in Gifts\/C4, revision 1\n$/),
  })
  expect((await other.run('list')).stdout).toMatch(/^Cup \(C4\): 4x4@300, .* revision 1\nMug: /)
  expect((await other.run('edit', 'Cup', '--rename', 'Big cup', '--print', '4x4@200')).stdout).toMatch(/revision 2\n$/)

  const late = await one.run('edit', 'Big cup', '--print', '4x4@600', '--revision', '1')
  expect(late.code).toBe(1)
  expect(late.stdout).toBe('')
  expect(late.stderr).toMatch(/The shop's, revision 2: Big cup, 4x4@200.*\nYours: Big cup, 4x4@600.*\n.*--revision 2/)
  expect(late.stderr).toContain('Another workstation changed this template meanwhile.')
  const over = await one.run('edit', 'Big cup', '--print', '4x4@600', '--revision', '2')
  expect(over).toMatchObject({ code: 0, stdout: expect.stringContaining('revision 3') })

  await service[Symbol.asyncDispose]()
  const away = await one.run('list', '--json')
  expect(away.code).toBe(0)
  expect(
    away.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: 'template', name: 'Big cup', code: 'C4', dpi: 600, revision: 3, theirs: null },
    { type: 'template', name: 'Mug', revision: 1 },
  ])
  expect(away.stderr).toContain('cannot be changed while its backend does not answer')
  expect(await one.run('edit', 'Mug', '--fit', 'canvas')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be changed while its backend does not answer'),
  })
})
