import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JSONReport, JSONReportSpec, JSONReportSuite } from '@playwright/test/reporter'
import { firstLine, noteOf, secondTries, type Tally } from './test-tally.ts'

/** Runs the specs of playwright.config.ts. */
export function runPlaywright(cwd: string, env: NodeJS.ProcessEnv): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'galley-e2e-'))
  const file = join(folder, 'report.json')
  try {
    const { status } = spawnSync('playwright', ['test', '--reporter=list,json'], {
      cwd,
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    return tallyOf(JSON.parse(readFileSync(file, 'utf8')) as JSONReport, status === 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tallyOf({ suites, errors, stats }: JSONReport, wentWell: boolean): Tally {
  const specs = suites.flatMap((suite) => specsOf(suite, ''))
  const tests = specs.flatMap(({ spec, name }) => spec.tests.map((test) => ({ ...test, name })))
  const hosts = new Set(tests.flatMap(({ annotations }) => annotations.filter(({ type }) => type === 'runs on')))
  const ranOn = [...new Set([...hosts].map(({ description }) => description))].join(', ')
  const failed = [
    ...errors.map(({ message }) => ({ name: 'outside any test', reason: firstLine(message) })),
    ...tests
      .filter(({ status }) => status === 'unexpected')
      .map(({ name, results }) => ({ name, reason: firstLine(results.at(-1)?.error?.message) })),
  ]
  return {
    passed: stats.expected + stats.flaky,
    // Playwright also fails when it finds no test at all.
    failed: failed.length === 0 && !wentWell ? [{ name: 'playwright', reason: 'it ended with an error' }] : failed,
    skipped: tests
      .filter(({ status }) => status === 'skipped')
      .map(({ name, annotations }) => ({
        name,
        reason: annotations.find(({ type }) => type === 'skip')?.description ?? '',
      })),
    ...noteOf(ranOn === '' ? '' : `on ${ranOn}`, secondTries(stats.flaky)),
  }
}

function specsOf(suite: JSONReportSuite, above: string): { spec: JSONReportSpec; name: string }[] {
  const path = `${above}${suite.title} > `
  return [
    ...suite.specs.map((spec) => ({ spec, name: `${path}${spec.title}` })),
    ...(suite.suites ?? []).flatMap((inner) => specsOf(inner, path)),
  ]
}
