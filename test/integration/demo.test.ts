import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { placeEmptyDatabase } from '../support/empty-database.ts'

vi.setConfig({ testTimeout: 600_000 })

const run = promisify(execFile)
const DEMO = resolve(import.meta.dirname, '../../scripts/demo.ts')

test('the demo stores each sample design once, with its mockups, and knows all of them the second time', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-demo-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await placeEmptyDatabase(join(home, '.galley', 'practice', 'backend'))
  // It compares receipt, NAS and records itself: what is not as it must be it says, and ends with 1.
  const agreed = /^Receipt, files on the NAS and records agree/m
  const first = await run(process.execPath, [DEMO], { cwd: home })
  expect(first.stdout).toMatch(agreed)
  expect(first.stdout).toMatch(/^24 designs were uploaded\.$/m)
  expect(first.stdout).toMatch(/^48 mockups lie beside the designs, 48 of them new\.$/m)
  const second = await run(process.execPath, [DEMO], { cwd: home })
  expect(second.stdout).toMatch(agreed)
  expect(second.stdout).toMatch(/^Nothing new was uploaded: every sample was known\.$/m)
  expect(second.stdout).toMatch(/^48 mockups lie beside the designs, 0 of them new\.$/m)
})
