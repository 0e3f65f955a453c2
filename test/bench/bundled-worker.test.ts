import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { bundleWorker } from './bundled-worker.ts'

// Zod takes 3 MB of a heap of 10 MB and 14 MB of memory; the engine has checked all that a worker gets.
test.each(['imaging', 'transfer'] as const)('the %s worker loads no zod', async (name) => {
  const code = await readFile(await bundleWorker(name), 'utf8')
  expect(code).toContain('import ')
  expect(code).not.toMatch(/from ["']zod/)
})
