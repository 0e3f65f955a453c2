import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { timed } from './measure.ts'

const PROGRAM = 'findimagedupes'
const run = promisify(execFile)

/** Makes the fingerprints of the files in one process, and compares nothing; ms, its start counted. */
export type Findimagedupes = (files: readonly string[]) => Promise<number>

/** Null where it is not installed. It keeps what it knows already in `scratch`, each time anew. */
export function findFindimagedupes(scratch: string): Findimagedupes | null {
  if (spawnSync(PROGRAM, ['--version']).error) return null
  // Its threads wait for each other busily: on a busy machine they made it eighteen times slower.
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  return (files) => {
    const known = join(scratch, `${randomUUID()}.fingerprints`)
    return timed(() => run(PROGRAM, ['--no-compare', '-f', known, '--', ...files], { env }))
  }
}
