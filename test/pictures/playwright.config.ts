import { defineConfig } from '@playwright/test'

// Takes pictures and tests nothing, so `npm test` leaves it out.
export default defineConfig({
  testMatch: ['take.ts', 'states.ts'],
  workers: 1,
  timeout: 300_000,
  outputDir: '../../test-results/pictures',
})
