import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { lockDataFolder } from '../../data-folder/lock.ts'
import { makeContentPrivate } from '../../data-folder/private-folder.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { EmbeddedPlace } from './database.ts'
import { databaseFolder, datedName } from './embedded.ts'
import { type DatabaseThread, startDatabaseThread } from './embedded-thread.ts'

/** Writes all of the embedded database into `file`, durably and whole or not at all. Fails while a service uses it. */
export async function backupEmbedded(place: EmbeddedPlace, file: string): Promise<Result<void>> {
  const dataFolder = databaseFolder(place.folder)
  if (!existsSync(dataFolder)) return fail(failure('configuration', { says: 'no-database', folder: place.folder }))
  return alone(place, async () => {
    const dump = await withThread(startDatabaseThread(place.workerEntry, { dataFolder }), (thread) => thread.dump())
    const making = `${file}.making`
    const written = await open(making, 'w', 0o600)
    try {
      await written.writeFile(dump)
      await written.sync()
    } finally {
      await written.close()
    }
    await rename(making, file)
  })
}

/** Makes the embedded database anew from a backup. The one that was there is kept beside it: its folder, or null. Fails with
 *  nothing changed while a service uses it, or when the file is no backup. */
export async function restoreEmbedded(place: EmbeddedPlace, file: string): Promise<Result<string | null>> {
  if (!existsSync(file)) return fail(failure('configuration', { says: 'no-such-file', path: file }))
  const dataFolder = databaseFolder(place.folder)
  const restored = `${dataFolder}.restored`
  return alone(place, async () => {
    await rm(restored, { recursive: true, force: true })
    const thread = startDatabaseThread(place.workerEntry, { dataFolder: restored, dumpFile: file })
    await withThread(thread, (started) => started.query('select count(*) from shops', []))
    const kept = existsSync(dataFolder) ? datedName(dataFolder, 'before') : null
    if (kept !== null) await rename(dataFolder, kept)
    await rename(restored, dataFolder)
    return kept
  })
}

/** What the database or the disk says against it becomes a failure. */
async function alone<T>({ folder }: EmbeddedPlace, work: () => Promise<T>): Promise<Result<T>> {
  const lock = lockDataFolder(folder)
  if (!lock.ok) return lock
  try {
    return ok(await work())
  } catch (error) {
    return fail(failure('configuration', error instanceof Error ? error.message : String(error)))
  } finally {
    makeContentPrivate(folder)
    lock.value.release()
  }
}

async function withThread<T>(thread: DatabaseThread, use: (thread: DatabaseThread) => Promise<T>): Promise<T> {
  try {
    return await use(thread)
  } finally {
    thread.close()
    await thread.ended
  }
}
