import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import { isEnded } from '../../src/shared/domain/stages.ts'
import type { ItemRow } from './read-catalog.ts'
import type { RecordEntry } from './watch-records.ts'

/** What there is when everything has come to rest. */
export interface Rested {
  /** Batches that the engine said it had taken, with the files that each dropped. */
  readonly accepted: ReadonlyMap<string, readonly string[]>
  /** Those of them that a person cancelled. */
  readonly cancelled: ReadonlySet<string>
  /** Every dropped file, and the SHA-256 of its bytes. */
  readonly digests: ReadonlyMap<string, string>
  readonly items: readonly ItemRow[]
  readonly records: readonly RecordEntry[]
  readonly receipts: ReadonlyMap<string, readonly ReceiptLine[]>
  /** SHA-256 of every file on the NAS, by its path. */
  readonly stored: ReadonlyMap<string, string>
  /** Files on the NAS that are not Galley's, with their SHA-256; and the numbers that they take. */
  readonly foreign: ReadonlyMap<string, string>
  readonly foreignNumbers: readonly number[]
  /** A batch that was dropped when nothing else was under way, and nothing was killed. */
  readonly calmBatch: string
  /** Kills that cost every upload under way an attempt. */
  readonly interruptions: number
}

const MAX_ATTEMPTS = 8
const MAX_WORKER_DEATHS = 3

/** Everything about the end that is not as it must be, a line each. */
export function findViolations(rested: Rested): string[] {
  return [
    ...findUnended(rested),
    ...findMiscounted(rested),
    ...findStray(rested),
    ...findDisorder(rested),
    ...findUnbounded(rested),
  ]
}

/** I1: each accepted file ends exactly once, and its receipt says how. */
function findUnended({ accepted, cancelled, items, receipts }: Rested): string[] {
  const lines: string[] = []
  for (const [batchId, paths] of accepted) {
    for (const path of paths) {
      const found = items.filter((item) => item.batchId === batchId && item.path === path)
      // A walk that was cancelled may not have come to the file.
      if (found.length === 0 && cancelled.has(batchId)) continue
      if (found.length !== 1) lines.push(`I1 ${path} was accepted, and is ${found.length} items`)
    }
  }
  for (const { id, batchId, path, stage, state } of items) {
    if (stage === 'cancelled' && !cancelled.has(batchId)) lines.push(`I1 ${path} is cancelled, and nobody wished it`)
    if (!isEnded(stage)) lines.push(`I1 ${path} is ${stage} at rest`)
    // Only what killed its worker three times may fail here: nothing else is wrong with any file.
    if (stage === 'failed' && !state.includes('"poison"')) lines.push(`I1 ${path} failed: ${state.slice(0, 300)}`)
    const receipt = receipts.get(batchId)?.filter(({ sourcePath }) => sourcePath === path) ?? []
    if (receipt.length !== 1) lines.push(`I1 ${path} has ${receipt.length} lines in its receipt`)
    for (const { outcome, recordId } of receipt) {
      if (outcome !== stage) lines.push(`I1 the receipt says ${path} is ${outcome}; it is ${stage}`)
      if (stage === 'done' && recordId !== id) lines.push(`I5 the receipt of ${path} names the record ${recordId}`)
    }
  }
  return lines
}

/** I2, I4, I5: each different file is one item done, one file on the NAS, one record, all saying the same. */
function findMiscounted({ digests, items, records, stored, receipts }: Rested): string[] {
  const lines: string[] = []
  for (const sha256 of new Set(digests.values())) {
    const own = items.filter(({ path }) => digests.get(path) === sha256)
    const done = own.filter(({ stage }) => stage === 'done')
    const name = own[0] === undefined ? sha256 : own[0].path
    const isGivenUp = own.every(({ stage }) => stage === 'failed' || stage === 'cancelled')
    const expected = isGivenUp ? 0 : 1
    const objects = [...stored].filter(([, bytes]) => bytes === sha256).map(([path]) => path)
    const rows = records.filter(({ storedSha256 }) => storedSha256 === sha256)
    if (done.length !== expected) lines.push(`I1 ${name} is done ${done.length} times`)
    if (objects.length !== expected)
      lines.push(`I2 ${name} is ${objects.length} files on the NAS: ${objects.join(', ')}`)
    if (rows.length !== expected) lines.push(`I5 ${name} has ${rows.length} records`)
    for (const { id, remotePath } of rows) {
      if (!objects.includes(remotePath)) lines.push(`I4 the record of ${name} points to ${remotePath}`)
      if (!done.some((item) => item.id === id)) lines.push(`I5 the record ${id} of ${name} is no done item's`)
      const line = receipts.get(done[0]?.batchId ?? '')?.find(({ recordId }) => recordId === id)
      if (line?.remotePath !== remotePath || line.sha256 !== sha256)
        lines.push(`I1 the receipt of ${name} differs from its record: ${JSON.stringify(line)}`)
    }
  }
  return lines
}

/** I2, I8: nothing on the NAS that nobody asked for, nothing of others touched, numbers without gaps. */
function findStray({ digests, records, stored, foreign, foreignNumbers }: Rested): string[] {
  const lines: string[] = []
  const known = new Set(digests.values())
  for (const [path, sha256] of stored) {
    if (foreign.has(path)) continue
    if (basename(path).startsWith('.')) lines.push(`I8 left over on the NAS: ${path}`)
    else if (!known.has(sha256)) lines.push(`I2 ${path} has bytes that nobody dropped`)
  }
  for (const [path, sha256] of foreign) {
    if (stored.get(path) !== sha256)
      lines.push(`I8 ${path} is not ours, and was ${stored.has(path) ? 'changed' : 'removed'}`)
  }
  const numbers = [...records.map(({ number }) => number), ...foreignNumbers].sort((a, b) => a - b)
  const gap = numbers.findIndex((number, index) => number !== index + 1)
  if (gap >= 0) lines.push(`I2 the numbers have a gap or a double at ${gap + 1}: ${numbers[gap]} stands there`)
  return lines
}

/** I2: the numbers of a drop follow its order. */
function findDisorder({ items, records, calmBatch }: Rested): string[] {
  const numbers = items
    .filter(({ batchId }) => batchId === calmBatch)
    .flatMap(({ id }) => records.find((record) => record.id === id)?.number ?? [])
  const isInOrder = numbers.every((number, at) => number > (numbers[at - 1] ?? 0))
  return isInOrder ? [] : [`I2 the numbers of a drop are not in its order: ${numbers.join(' ')}`]
}

/** I7: attempts are bounded, and each upload after the first was caused by a kill. */
function findUnbounded({ items, interruptions }: Rested): string[] {
  return items.flatMap(({ path, attempts, workerDeaths, uploadAttempt }) => {
    const lines: string[] = []
    if (attempts >= MAX_ATTEMPTS) lines.push(`I7 ${path} had ${attempts} attempts`)
    if (workerDeaths > MAX_WORKER_DEATHS) lines.push(`I7 ${path} had ${workerDeaths} worker deaths`)
    if (uploadAttempt > 1 + interruptions) lines.push(`I7 ${path} was sent ${uploadAttempt} times`)
    return lines
  })
}

/** Faults of our own that the engine wrote down, and workers that ended otherwise than by a kill. */
export async function findFaults(logDir: string): Promise<string[]> {
  const lines: string[] = []
  for (const name of await readdir(logDir)) {
    const log = await readFile(join(logDir, name), 'utf8')
    for (const line of log.split('\n')) {
      const isCrash = line.includes('"worker ended"') && !line.includes('"SIGKILL"')
      if (isCrash || line.includes('"level":"error"')) lines.push(`fault logged: ${line}`)
    }
  }
  return lines
}

/** I9: names of the files below `folders` in which one of the secrets stands. */
export async function findSecrets(folders: readonly string[], secrets: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const bytes = await readFile(path)
      if (secrets.some((secret) => bytes.includes(secret))) lines.push(`I9 a secret stands in ${path}`)
    }
  }
  return lines
}
