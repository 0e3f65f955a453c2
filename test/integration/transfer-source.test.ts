import { mkdir, readdir, unlink, utimes, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker } from '../support/transfer-worker.ts'

test.each([
  ['was removed', 'source-gone', (path: string) => unlink(path)],
  ['was replaced by a folder', 'source-changed', (path: string) => unlink(path).then(() => mkdir(path))],
  ['grew', 'source-changed', (path: string) => writeFile(path, 'more', { flag: 'a' })],
  ['was written to, same size', 'source-changed', (path: string) => utimes(path, 1, 1)],
] as const)(
  '[file edited in the upload, file removed] a file that %s since it was hashed is not stored',
  async (_what, code, change) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker(accessTo(sshd))
    const upload = await makeUpload(sshd, 'a', 600_000)
    await change(upload.source.path)
    expect(await worker.put(upload)).toEqual(failsWith(code))
    expect(await readdir(sshd.root)).toEqual([])
  },
)

test('a file with other bytes under the same size and time is not stored', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd))
  const upload = await makeUpload(sshd, 'a', 600_000, { sha256: '0'.repeat(64) })
  expect(await worker.put(upload)).toEqual(failsWith('source-changed'))
  expect(await readdir(sshd.root)).toEqual([])
  expect(worker.names).toEqual([])
})
