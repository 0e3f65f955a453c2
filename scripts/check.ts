// Everything that can be said of the code without running it.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { findStaleKernels } from './build-kernels.ts'
import { findConnects } from './check-connects.ts'
import { findSpokenDetails } from './check-details.ts'
import { findForbiddenImports } from './check-imports.ts'
import { findLongFiles } from './check-length.ts'
import { findUnshownFaults } from './fault-page.ts'

const root = dirname(import.meta.dirname)

const steps: readonly (readonly [name: string, passes: () => boolean])[] = [
  ['types', () => runs('tsc', '-p', '.')],
  ['lint, format and cycles', () => runs('biome', 'check', '--error-on-warnings', '.')],
  ['who may import whom', () => isEmpty(findForbiddenImports(root))],
  ['one way to connect', () => isEmpty(findConnects(root))],
  ['no words of ours in a detail', () => isEmpty(findSpokenDetails(root))],
  ['dead code', () => runs('knip')],
  ['length of files', () => isEmpty(findLongFiles(root))],
  ['kernels as their source compiles', () => isEmpty(findStaleKernels(root))],
  ['faults and their tests', () => isEmpty(findUnshownFaults(root))],
]

const failed = steps.filter(([name, passes]) => {
  const started = performance.now()
  const passed = passes()
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return !passed
})
process.exit(failed.length === 0 ? 0 : 1)

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
}

function isEmpty(faults: readonly string[]): boolean {
  for (const fault of faults) console.log(fault)
  return faults.length === 0
}
