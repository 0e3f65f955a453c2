import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Ends, findDifferences } from './differences.ts'
import { sampleRecord } from './sample-record.ts'

/** Three sources, stored, recorded and receipted as they should be. */
async function wholeEnds(): Promise<Ends & { readonly remote: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-differences-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const nasRoot = join(folder, 'nas')
  await mkdir(nasRoot)
  const parts = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const source = join(folder, `design ${number}.png`)
      const remotePath = join(nasRoot, `UV ${number}.png`)
      for (const path of [source, remotePath]) await writeFile(path, `bytes of ${number}`)
      const sha256 = createHash('sha256').update(`bytes of ${number}`).digest('hex')
      const plain = sampleRecord(number)
      const record = { ...plain, fingerprint: { ...plain.fingerprint, sha256 }, storedSha256: sha256, remotePath }
      return { source, remotePath, record: { ...record, rev: number }, sha256 }
    }),
  )
  return {
    sources: parts.map(({ source }) => source),
    remote: parts.map(({ remotePath }) => remotePath),
    nasRoot,
    records: parts.map(({ record }) => record),
    receipt: parts.map(({ source, remotePath, record, sha256 }) => ({
      sourcePath: source,
      outcome: 'done',
      sha256,
      remotePath,
      recordId: record.id,
    })),
  }
}

test('nothing is found when everything is there once', async () => {
  expect(await findDifferences(await wholeEnds())).toEqual([])
})

test.each<[string, (ends: Awaited<ReturnType<typeof wholeEnds>>) => Promise<Partial<Ends>>]>([
  ['a lost file', async ({ remote: [first = ''] }) => rm(first).then(() => ({}))],
  ['a changed byte', async ({ remote: [first = ''] }) => writeFile(first, 'bytes of 0').then(() => ({}))],
  ['a doubled file', async ({ nasRoot }) => writeFile(join(nasRoot, 'UV 4.png'), 'bytes of 1').then(() => ({}))],
  ['a temporary file', async ({ nasRoot }) => writeFile(join(nasRoot, '.galley-x-1.part'), '').then(() => ({}))],
  ['a moved file', async ({ nasRoot, remote: [a = ''] }) => rename(a, join(nasRoot, 'UV 9.png')).then(() => ({}))],
  ['a lost record', async ({ records }) => ({ records: records.slice(1) })],
  ['a doubled record', async ({ records }) => ({ records: [...records, ...records.slice(0, 1)] })],
  ['a gap in the numbers', async ({ records }) => ({ records: records.map((r) => ({ ...r, number: r.number * 2 })) })],
  ['a lost line of the receipt', async ({ receipt }) => ({ receipt: receipt.slice(1) })],
  ['an item that failed', async ({ receipt }) => ({ receipt: receipt.map((l) => ({ ...l, outcome: 'failed' })) })],
  [
    'a wrong record in the receipt',
    async ({ receipt }) => ({ receipt: receipt.map((l) => ({ ...l, recordId: 'x' })) }),
  ],
])('%s is found', async (_, spoil) => {
  const ends = await wholeEnds()
  expect(await findDifferences({ ...ends, ...(await spoil(ends)) })).not.toEqual([])
})
