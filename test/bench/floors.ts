import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DECODE_CHILD = join(import.meta.dirname, 'decode-child.ts')
const SYNCED_WRITES_CHILD = join(import.meta.dirname, 'synced-writes-child.ts')
/** A thread for each of the eight files that the child has in hand. */
const THREADS = '8'

export interface Use {
  readonly ms: number
  readonly cpuMs: number
}

/** What `processes` processes take to decode the files, shared out evenly: until the last is done, and the CPU of all. */
export async function bareDecode(files: readonly string[], processes: number): Promise<Use> {
  const shares = Array.from({ length: processes }, (_, k) => files.filter((_, i) => i % processes === k))
  const used = await Promise.all(
    shares.map(
      async (share): Promise<Use> => JSON.parse((await run(process.execPath, [DECODE_CHILD, ...share])).stdout),
    ),
  )
  return { ms: Math.max(...used.map(({ ms }) => ms)), cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0) }
}

/** Milliseconds in which the disk of `folder` takes so many files, synced and named as uploads are, without a network. */
export async function syncedWritesMs(folder: string, files: number, sizeBytes: number): Promise<number> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: THREADS }
  const { stdout } = await run(process.execPath, [SYNCED_WRITES_CHILD, folder, `${files}`, `${sizeBytes}`], { env })
  return Number(stdout)
}
