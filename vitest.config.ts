import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes minutes comes first: begun last, it would run on alone. */
const LONG =
  /(?:soak|soak-team|servers|engine-(?:control|embedded)|backend-(?:set-back|restart)|cli-faults|faults-nas)\.test\.ts$/

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

// Unit tests stand beside the code and touch no process, network or large file; integration runs on real parts.
export default defineConfig({
  test: {
    // Integration waits for servers, kills and back-offs most of the time: five files at once also on two cores.
    maxWorkers: 5,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts', 'test/{bench,soak}/**/*.test.ts'],
          // Properties are tried with a hundred inputs, which a busy machine takes its time for.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/support/**/*.test.ts'],
          globalSetup: ['test/support/run-postgres.ts', 'test/support/entries.ts'],
          testTimeout: 120_000,
          // V8 ends a process now and then in which many databases of PGlite begin and end: it frees code of theirs that
          // another thread still looks up (https://github.com/nodejs/node/issues/64500).
          execArgv: ['--liftoff-only', '--no-wasm-code-gc', '--no-memory-protection-keys'],
          // The tests start thousands of processes of ours: each takes 0.3 s of the processor to compile its sources, 0.1 s
          // with what an earlier one compiled.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
          // A busy CI machine may stop a server for seconds; what needed its second try is told in the report.
          retry: process.env.CI === 'true' ? 1 : 0,
          hookTimeout: 60_000,
          // What comes within a moment comes later there.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
})
