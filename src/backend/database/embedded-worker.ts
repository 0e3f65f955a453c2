// The thread in which the embedded database runs: a query would otherwise hold up every request of the service.
import { existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { DumpRequest, EmbeddedWorkerData, QueryAnswer, QueryRequest } from './embedded-protocol.ts'

if (parentPort === null) throw new Error('This file is started by the record service, not by hand.')
const port = parentPort
const { dataFolder, dumpFile } = workerData as EmbeddedWorkerData
const database = await openDatabase(dataFolder, dumpFile)

port.on('message', async (message: QueryRequest | DumpRequest | 'close') => {
  if (message === 'close') {
    await database.close()
    port.close()
    return
  }
  port.postMessage(await answer(message))
})

async function answer(request: QueryRequest | DumpRequest): Promise<QueryAnswer> {
  const { id } = request
  try {
    if ('dump' in request) {
      const dump = await database.dumpDataDir('gzip')
      return { id, dump: new Uint8Array(await dump.arrayBuffer()) }
    }
    const { sql, parameters } = request
    // As PostgreSQL's protocol has it: what has no values may be several statements.
    const results = parameters.length > 0 ? [await database.query(sql, [...parameters])] : await database.exec(sql)
    return { id, rows: results.flatMap(({ rows }) => rows), affectedRows: results.at(-1)?.affectedRows ?? 0 }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    return { id, error: { message, code } }
  }
}

/** A new database takes seconds to make, and a half-made one cannot be opened: it gets its name when it is whole. */
async function openDatabase(folder: string, dumpFile: string | undefined): Promise<PGlite> {
  if (!existsSync(folder)) {
    const making = `${folder}.making`
    await rm(making, { recursive: true, force: true })
    const from = dumpFile === undefined ? {} : { loadDataDir: new Blob([await readFile(dumpFile)]) }
    const made = await PGlite.create(making, from)
    await made.close()
    await rename(making, folder)
  }
  return PGlite.create(folder)
}
