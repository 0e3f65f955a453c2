import { defineConfig } from 'vitest/config'

// Unit tests stand beside the code and touch no process, network or large file; integration runs on real parts.
export default defineConfig({
  test: {
    // Integration waits for servers, kills and back-offs most of the time: two files at once also on two cores.
    maxWorkers: 2,
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
          testTimeout: 60_000,
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
