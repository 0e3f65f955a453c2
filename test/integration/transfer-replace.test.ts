import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const OLD = Buffer.from('the old design')
const NAME = { fileName: 'a.png', replaces: createHash('sha256').update(OLD).digest('hex') }
const settle = { fileName: 'a.png', attempt: 1 }

test('a file that was decided to be replaced is, and nothing else is left', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  const upload = await makeUpload(sshd, 'new', 400_000, { verify: 'read-back' })
  await writeFile(join(sshd.root, 'a.png'), OLD)
  expect(await worker.put(upload)).toEqual(storesAs('a.png'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('a file that somebody put in its place meanwhile stays', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  await writeFile(join(sshd.root, 'a.png'), 'a newer one')
  expect(await worker.put(await makeUpload(sshd, 'new', 400_000))).toEqual(failsWith('design-altered'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await readFile(join(sshd.root, 'a.png'), 'utf8')).toBe('a newer one')
})

test('where the file to be replaced is gone, its name is taken', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  expect(await worker.put(await makeUpload(sshd, 'new', 400_000))).toEqual(storesAs('a.png'))
})

test('a NAS that cannot replace a file in one step keeps the old one', async () => {
  await using sshd = await startSshd({ config: ['Subsystem sftp internal-sftp -P posix-rename'] })
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  await writeFile(join(sshd.root, 'a.png'), OLD)
  expect(await worker.put(await makeUpload(sshd, 'new', 400_000))).toEqual(failsWith('remote-conflict'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await readFile(join(sshd.root, 'a.png'))).toEqual(OLD)
})

test('[rename answer lost] the old file was replaced: that is found, and nothing is sent again', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  const upload = await makeUpload(sshd, 'new', 400_000)
  await writeFile(join(sshd.root, 'a.png'), OLD)
  expect(await worker.put(upload)).toEqual(storesAs('a.png'))
  expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('a.png'))
  expect(worker.names).toHaveLength(1)
})

test('[rename answer lost] the old file still has the name: it is replaced then', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
  const upload = await makeUpload(sshd, 'new', 400_000)
  await writeFile(join(sshd.root, 'a.png'), OLD)
  await writeFile(join(sshd.root, '.galley-new-1.part'), await readFile(upload.source.path))
  expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('a.png'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})
