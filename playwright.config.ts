import { defineConfig } from '@playwright/test'

// One app at a time: each has a browser and worker processes of its own.
export default defineConfig({
  testDir: 'test/e2e',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  reporter: 'list',
  outputDir: 'test-results',
})
