// What can be mended by itself: format and lint, and the page of the faults.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FAULTS } from '../test/faults.ts'
import { FAULT_PAGE, faultPage, faultTests } from './fault-page.ts'

const root = dirname(import.meta.dirname)
const linted = spawnSync('biome', ['check', '--write', '.'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
writeFileSync(join(root, FAULT_PAGE), faultPage(FAULTS, faultTests(root)))
process.exit(linted.status ?? 1)
