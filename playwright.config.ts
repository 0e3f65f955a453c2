import { defineConfig } from '@playwright/test'

// Two apps at a time: each has a browser and worker processes of its own, and waits half of the time.
export default defineConfig({
  testDir: 'test/e2e',
  workers: 2,
  // A busy CI machine may stop a browser for seconds; what needed its second try is told in the report.
  retries: process.env.CI === 'true' ? 1 : 0,
  timeout: 60_000,
  reporter: 'list',
  outputDir: 'test-results',
})
