import { startVitest } from 'vitest/node'
import { firstLine, noteOf, secondTries, type Tally } from './test-tally.ts'

/** Runs one project of vitest.config.ts. Errors outside any test count as failures. */
export async function runVitest(project: string): Promise<Tally> {
  const vitest = await startVitest([], { project: [project], watch: false })
  const modules = vitest.state.getTestModules()
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const flaky = tests.filter((test) => test.diagnostic()?.flaky === true).length
  return {
    ...noteOf(secondTries(flaky)),
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: [
      ...modules.flatMap((module) =>
        module.errors().map(({ message }) => ({ name: module.relativeModuleId, reason: firstLine(message) })),
      ),
      ...tests
        .filter((test) => ['failed', 'pending'].includes(test.result().state))
        .map((test) => ({
          name: `${test.module.relativeModuleId} > ${test.fullName}`,
          reason: firstLine(test.result().errors?.at(-1)?.message),
        })),
      ...vitest.state
        .getUnhandledErrors()
        .map((error) => ({ name: 'outside any test', reason: error instanceof Error ? firstLine(error.message) : '' })),
      ...(tests.length === 0 ? [{ name: project, reason: 'no test was found' }] : []),
    ],
    skipped: tests.flatMap((test) => {
      const result = test.result()
      return result.state === 'skipped' ? [{ name: test.fullName, reason: result.note ?? '' }] : []
    }),
  }
}
