// npm test: everything, in sequence, with one report at the end. A step that fails does not hide the others.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runPlaywright } from './run-playwright.ts'
import { runVitest } from './run-vitest.ts'
import { installSystemPackages } from './system-packages.ts'
import { type AllowedSkip, type StepResult, summarise, type Tally } from './test-tally.ts'

const root = dirname(import.meta.dirname)
// vitest sets variables of its own, which the other steps must not see.
const env = { ...process.env }

const steps: readonly (readonly [name: string, run: () => Tally | Promise<Tally>])[] = [
  ['check', () => runCommand(process.execPath, 'scripts/check.ts')],
  ['build', () => runCommand('electron-vite', 'build', '--logLevel', 'error')],
  ['unit', () => runVitest('unit')],
  ['integration', () => runVitest('integration')],
  ['e2e', () => runPlaywright(root, env)],
  ['check:package', () => runCommand(process.execPath, 'scripts/check-package.ts')],
]

installSystemPackages()
const results: StepResult[] = []
for (const [step, run] of steps) {
  console.log(`\n== ${step}`)
  const started = performance.now()
  const tally = await run()
  results.push({ step, tally, seconds: (performance.now() - started) / 1000 })
}
const allowed = JSON.parse(readFileSync(join(root, 'test/allowed-skips.json'), 'utf8')) as AllowedSkip[]
const { lines, failed } = summarise(results, allowed, process.env.CI === 'true')
for (const line of lines) console.log(line)
process.exit(failed === 0 ? 0 : 1)

/** A step that passes or fails as a whole. */
function runCommand(command: string, ...args: string[]): Tally {
  const shell = process.platform === 'win32' && command !== process.execPath
  const passed = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell }).status === 0
  return {
    passed: passed ? 1 : 0,
    failed: passed ? [] : [{ name: [command, ...args].join(' '), reason: '' }],
    skipped: [],
  }
}
