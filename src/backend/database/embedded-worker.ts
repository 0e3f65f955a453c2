// The thread in which the embedded database runs: a query would otherwise hold up every request of the service.
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { EmbeddedWorkerData, QueryAnswer, QueryRequest } from './embedded-protocol.ts'

if (parentPort === null) throw new Error('This file is started by the record service, not by hand.')
const port = parentPort
const { dataFolder } = workerData as EmbeddedWorkerData
const database = await openDatabase(dataFolder)

port.on('message', async (message: QueryRequest | 'close') => {
  if (message === 'close') {
    await database.close()
    port.close()
    return
  }
  port.postMessage(await answer(message))
})

async function answer({ id, sql, parameters }: QueryRequest): Promise<QueryAnswer> {
  try {
    const { rows, affectedRows = 0 } = await database.query(sql, [...parameters])
    return { id, rows, affectedRows }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    return { id, error: { message, code } }
  }
}

/** A new database takes seconds to make, and a half-made one cannot be opened: it gets its name when it is whole. */
async function openDatabase(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) {
    const making = `${folder}.making`
    await rm(making, { recursive: true, force: true })
    const made = await PGlite.create(making)
    await made.close()
    await rename(making, folder)
  }
  return PGlite.create(folder)
}
