import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { databaseFolder } from '../../src/backend/database/embedded.ts'
import { embeddedWorkerEntry } from '../../src/backend/database/embedded-worker-entry.ts'
import { openDatabase } from '../../src/backend/database/open.ts'
import { describeFailure } from '../../src/shared/domain/failure.ts'

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url))
const SERVICE = new URL('../../src/backend/database/', import.meta.url)

export const EMBEDDED_WORKER = embeddedWorkerEntry(import.meta.url)

/** Puts a database without any shop into the data folder of a record service, as this program's own migrations make it.
 *  Making one takes seconds of computing: here it is made once for all tests, and copied. */
export async function placeEmptyDatabase(folder: string): Promise<void> {
  const cache = join(MODULES, '.cache', 'galley-test')
  const template = join(cache, `pgdata-${await madeOf()}`)
  if (!existsSync(template)) {
    const making = join(cache, `making-${randomUUID()}`)
    await mkdir(making, { recursive: true })
    const opened = await openDatabase({ kind: 'embedded', folder: making, workerEntry: EMBEDDED_WORKER }, () => {})
    if (!opened.ok) throw new Error(describeFailure(opened.failure))
    await opened.value.close()
    // Another test file may have been quicker.
    await rename(databaseFolder(making), template).catch(() => {})
    await rm(making, { recursive: true })
  }
  // A thousand files: the asynchronous copy takes four times as much of the processor.
  cpSync(template, databaseFolder(folder), { recursive: true })
}

/** Another PGlite or another migration makes another database. */
async function madeOf(): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await readFile(join(MODULES, '@electric-sql/pglite/package.json')))
  hash.update(await readFile(new URL('migrations.ts', SERVICE)))
  return hash.digest('hex').slice(0, 16)
}
