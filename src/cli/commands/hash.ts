import { availableParallelism } from 'node:os'
import { walk } from '../../engine/intake/walk.ts'
import { forkChild } from '../../engine/workers/fork-child.ts'
import { createWorkerPool } from '../../engine/workers/worker-pool.ts'
import { describeFailure, type Failure } from '../../shared/domain/failure.ts'
import type { Examination } from '../../shared/domain/item.ts'
import type { ImagingContract } from '../../shared/worker/imaging.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'

const ENTRY = new URL('../../worker/imaging.ts', import.meta.url)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** `galley hash PATH...`: one line for each file, in the order of the walk; nothing is kept. */
export async function hash(paths: readonly string[], { json }: { json: boolean }): Promise<ExitCode> {
  const size = availableParallelism()
  const imaging = createWorkerPool<Record<never, never>, ImagingContract>({
    kind: 'imaging',
    size,
    callsPerWorker: 1,
    callDeadlineMs: 90_000,
    handlers: {},
    host: { spawnWorker: () => forkChild(ENTRY), log: silent },
  })
  let failed = false
  const examined: Promise<void>[] = []
  const print = async (path: string, result: Promise<Examination | Failure>, before: Promise<void> | undefined) => {
    const outcome = await result
    await before
    if ('code' in outcome) failed = true
    const line =
      'code' in outcome ? { path, error: outcome.code, detail: describeFailure(outcome) } : lineOf(path, outcome)
    if (json) printJson(line)
    else if ('error' in line) console.log(printable(`${path}  ${line.error}: ${line.detail}`))
    else console.log(printable(`${line.sha256}  ${line.phash}  ${path}`))
  }
  for await (const found of walk(paths, new AbortController().signal)) {
    if (found.kind === 'ignored') continue
    const { path } = found.source
    const result =
      found.kind === 'unreadable'
        ? Promise.resolve(found.failure)
        : imaging.call('examine', { path }).then((answer) => (answer.ok ? answer.value : answer.failure))
    examined.push(print(path, result, examined.at(-1)))
    // A few ahead keep the workers busy; the walk of a huge folder must not run away from them.
    if (examined.length > size * 4) await examined.shift()
  }
  await Promise.all(examined)
  await imaging.stop()
  return failed ? EXIT.someFailed : EXIT.ok
}

function lineOf(path: string, { fingerprint, picture }: Examination) {
  const { sha256, hashes, matte } = fingerprint
  const { width, height, format } = picture
  return { path, sha256, ...hashes, matte, width, height, format }
}
