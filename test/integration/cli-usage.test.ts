import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes.ts'
import { startGalley } from '../support/galley.ts'

let home: string
let design: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-usage-'))
  design = join(home, 'design.png')
  await writeFile(design, 'a')
})
afterAll(async () => {
  await rm(home, { recursive: true, force: true })
})

test.concurrent.each<[what: string, args: () => string[], said: RegExp]>([
  ['no command', () => [], /Usage: galley/],
  ['an unknown option', () => ['status', '--verbose'], /unknown option/],
  ['a choice that is none', () => ['upload', design, '--on-similar', 'maybe'], /Allowed choices/],
  ['a path that is not there', () => ['upload', join(home, 'gone.png')], /There is no .*gone\.png/],
  ['a shop without a NAS', () => ['upload', design], /has no NAS yet/],
  [
    'a password in the address',
    () => ['upload', design, '--nas', 'sftp://ann:hunter2@nas/x'],
    /no password on the command/,
  ],
  [
    'too many connections',
    () => ['upload', design, '--nas', 'sftp://ann@nas/x', '--connections', '11'],
    /from 1 to 10/,
  ],
  ['a password file without a password', () => ['resume', '--password-file', join(home, 'gone')], /cannot be read/],
  ['a file to import', () => ['catalog', 'import', design], /is not a folder/],
  ['no whole path on the NAS', () => ['catalog', 'import', home, '--remote', 'designs'], /^--remote: the whole path/],
  ['a blank template', () => ['upload', design, '--template', '   '], /^--template: A name needs at least one letter/],
  ['dots for a shop', () => ['upload', design, '--shop', '..'], /^--shop: A name needs at least one letter or digit/],
])('%s is a mistake of usage: said in a line, exit code 2', async (what, args, said) => {
  const isCommand = args().length > 0
  const dataDir = isCommand ? ['--data-dir', join(home, what)] : []
  const { code, stdout, stderr } = await startGalley(...args(), ...dataDir).ended
  expect(stderr).toMatch(said)
  expect(`${stdout}${stderr}`).not.toMatch(/hunter2|at .*\.ts:\d+/)
  expect(code).toBe(EXIT.usage)
})

test.concurrent.each([['status'], ['receipt', 'nothing'], ['doctor'], ['match', '.']])(
  '%s does not make a data folder where there is none',
  async (...args) => {
    const dataDir = join(home, `no data for ${args[0]}`)
    const { code, stderr } = await startGalley(...args, '--data-dir', dataDir).ended
    expect([code, stderr]).toEqual([EXIT.usage, `There is no data folder ${dataDir}\n`])
    expect(existsSync(dataDir)).toBe(false)
  },
)

test.concurrent('a batch that is not there is a mistake of usage', async () => {
  const dataDir = join(home, 'an empty data folder')
  await mkdir(dataDir)
  const { code, stderr } = await startGalley('receipt', 'nothing', '--data-dir', dataDir).ended
  expect([code, stderr]).toEqual([EXIT.usage, 'There is no batch nothing.\n'])
})
