import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FeedResponse } from '../../src/shared/api/records.ts'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'

/** What a line of the receipt says of a file that has ended. */
type EndedLine = Pick<ReceiptLine, 'sourcePath' | 'outcome' | 'sha256' | 'remotePath' | 'recordId'> &
  Partial<Pick<ReceiptLine, 'reason'>>

export interface Ends {
  /** Paths of the dropped files, each another design; every one of them must be stored and recorded. */
  readonly sources: readonly string[]
  /** The folder that the NAS offers, on this computer. */
  readonly nasRoot: string
  readonly records: FeedResponse['entries']
  readonly receipt: readonly EndedLine[]
}

/** Sources = files on the NAS = records = receipt, one each: what is not so, as lines; none when all is well. */
export async function findDifferences({ sources, nasRoot, records, receipt }: Ends): Promise<string[]> {
  const kept = receipt.flatMap(({ reason, recordId }) =>
    reason?.includes('old file is kept until') ? [`.galley-${recordId}.old`] : [],
  )
  const stored = new Map([...(await digestAll(nasRoot))].filter(([path]) => !kept.includes(basename(path))))
  const faults: string[] = []
  const expectOne = (found: readonly unknown[], what: string): void => {
    if (found.length !== 1) faults.push(`${what}: ${found.length}`)
  }

  for (const source of sources) {
    const name = basename(source)
    const sha256 = digest(await readFile(source))
    const objects = [...stored].filter(([, bytes]) => bytes === sha256).map(([path]) => path)
    const rows = records.filter(({ fingerprint }) => fingerprint.sha256 === sha256)
    const lines = receipt.filter(({ sourcePath }) => sourcePath === source)
    expectOne(objects, `files on the NAS with the bytes of ${name}`)
    expectOne(rows, `records of ${name}`)
    expectOne(lines, `lines of the receipt for ${name}`)
    for (const { storedSha256, remotePath, id } of rows) {
      if (storedSha256 !== sha256) faults.push(`the record of ${name} says that other bytes were stored`)
      if (stored.get(remotePath) !== sha256) faults.push(`the record of ${name} points to ${remotePath}`)
      for (const line of lines) {
        if (line.recordId !== id || line.remotePath !== remotePath || line.sha256 !== sha256) {
          faults.push(`the receipt for ${name} differs from its record: ${JSON.stringify(line)}`)
        }
      }
    }
    for (const { outcome } of lines) if (outcome !== 'done') faults.push(`the receipt says ${name} is ${outcome}`)
  }

  if (stored.size !== sources.length) faults.push(`${stored.size} files on the NAS for ${sources.length} sources`)
  if (records.length !== sources.length) faults.push(`${records.length} records for ${sources.length} sources`)
  if (receipt.length !== sources.length) faults.push(`${receipt.length} receipt lines for ${sources.length} sources`)
  const left = [...stored.keys()].filter((path) => basename(path).startsWith('.galley-'))
  for (const path of left) faults.push(`left over on the NAS: ${path}`)
  const numbers = records.map(({ number }) => number).sort((a, b) => a - b)
  if (numbers.some((number, i) => number !== i + 1)) faults.push(`numbers with gaps: ${numbers.join(' ')}`)
  return faults
}

/** SHA-256 of every file below a folder, by its path. */
export async function digestAll(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const digests = new Map<string, string>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    digests.set(path, digest(await readFile(path)))
  }
  return digests
}

export function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
