import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Puts an empty embedded database into the data folder of a record service. Making one takes seconds of computing:
 *  here it is made once for all tests, and copied. */
export async function placeEmptyDatabase(folder: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(MODULES, '@electric-sql/pglite/package.json'), 'utf8'))
  const cache = join(MODULES, '.cache', 'galley-test')
  const template = join(cache, `pgdata-${version}`)
  if (!existsSync(template)) {
    const making = join(cache, `making-${randomUUID()}`)
    await mkdir(cache, { recursive: true })
    const database = await PGlite.create(making)
    await database.close()
    // Another test file may have been quicker.
    await rename(making, template).catch(() => rm(making, { recursive: true }))
  }
  await cp(template, join(folder, 'pgdata'), { recursive: true })
}
