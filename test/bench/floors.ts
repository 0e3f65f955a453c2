import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DECODE_CHILD = join(import.meta.dirname, 'decode-child.ts')

/** Milliseconds in which `processes` processes decode the files, shared out evenly. */
export async function bareDecodeMs(files: readonly string[], processes: number): Promise<number> {
  const shares = Array.from({ length: processes }, (_, k) => files.filter((_, i) => i % processes === k))
  const times = await Promise.all(
    shares.map(async (share) => Number((await run(process.execPath, [DECODE_CHILD, ...share])).stdout)),
  )
  return Math.max(...times)
}
