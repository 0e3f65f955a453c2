import { startVitest } from 'vitest/node'
import { noteOf, secondTries, type Tally } from './test-tally.ts'

/** Runs one project of vitest.config.ts. Errors outside any test count as failures. */
export async function runVitest(project: string): Promise<Tally> {
  const vitest = await startVitest([], { project: [project], watch: false })
  const modules = vitest.state.getTestModules()
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const loadErrors = modules.filter((module) => module.errors().length > 0).length
  const strayErrors = vitest.state.getUnhandledErrors().length
  const nothingRan = tests.length === 0 ? 1 : 0
  const flaky = tests.filter((test) => test.diagnostic()?.flaky === true).length
  return {
    ...noteOf(secondTries(flaky)),
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed:
      tests.filter((test) => ['failed', 'pending'].includes(test.result().state)).length +
      loadErrors +
      strayErrors +
      nothingRan,
    skipped: tests.flatMap((test) => {
      const result = test.result()
      return result.state === 'skipped' ? [{ name: test.fullName, reason: result.note ?? '' }] : []
    }),
  }
}
