import { defineConfig } from '@playwright/test'

// One app at a time: each has a browser and worker processes of its own.
export default defineConfig({
  testDir: 'test/e2e',
  workers: 1,
  // A busy CI machine may stop a browser for seconds; what needed its second try is told in the report.
  retries: process.env.CI === 'true' ? 1 : 0,
  timeout: 60_000,
  reporter: 'list',
  outputDir: 'test-results',
})
