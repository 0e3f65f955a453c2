import { availableParallelism } from 'node:os'
import { examineAll } from '../../engine/intake/examine-all.ts'
import { walk } from '../../engine/intake/walk.ts'
import { forkChild } from '../../engine/workers/fork-child.ts'
import { createImagingPool } from '../../engine/workers/imaging-pool.ts'
import type { Examination } from '../../shared/domain/item.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { failureLine, type Speech } from '../speech.ts'
import { workerEntry } from '../worker-entry.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** `galley hash PATH...`: one line for each file, in the order of the walk; nothing is kept. */
export async function hash(
  paths: readonly string[],
  { json, speech, unread }: { readonly json: boolean; readonly speech: Speech; readonly unread: AbortSignal },
): Promise<ExitCode> {
  const size = availableParallelism()
  const imaging = createImagingPool(size, { spawnWorker: () => forkChild(workerEntry('imaging')), log: silent })
  let failed = false
  const found = walk(paths, unread)
  for await (const { source, result } of examineAll(found, imaging, size * 4)) {
    if (unread.aborted) break
    const { path } = source
    if (!result.ok) failed = true
    const line = result.ok
      ? lineOf(path, result.value)
      : { path, error: result.failure.code, detail: failureLine(result.failure, speech) }
    if (json) printJson(line)
    else if ('error' in line) console.log(printable(`${path}  ${line.error}: ${line.detail}`))
    else console.log(printable(`${line.sha256}  ${line.phash}  ${path}`))
  }
  await imaging.stop()
  return failed ? EXIT.someFailed : EXIT.ok
}

function lineOf(path: string, { fingerprint, picture }: Examination) {
  const { sha256, hashes, matte } = fingerprint
  const { width, height, format } = picture
  return { path, sha256, ...hashes, matte, width, height, format }
}
