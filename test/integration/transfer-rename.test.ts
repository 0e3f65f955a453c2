import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const run = promisify(execFile)

const settle = { fileName: 'a.png', attempt: 1 }

test('[rename answer lost] the file is found stored, and not sent again', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }), ({ itemId }) => {
    proxy.chaos.dropAnswers = itemId === 'a'
    return `${itemId}.png`
  })
  // The first file of a folder is named by a hard link.
  expect(await worker.put(await makeUpload(sshd, 'before', 10))).toEqual(storesAs('before.png'))
  await rm(join(sshd.root, 'before.png'))
  const upload = await makeUpload(sshd, 'a', 500_000)
  const first = worker.put(upload)
  await vi.waitFor(async () => expect(await readdir(sshd.root)).toEqual(['a.png']), 20_000)
  proxy.resetAll()
  expect(await first).toEqual(failsWith('connection-lost'))

  proxy.chaos.dropAnswers = false
  const bytesBefore = proxy.bytesUp
  expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual({
    ok: true,
    value: {
      fileName: 'a.png',
      remotePath: join(sshd.root, 'a.png'),
      sizeBytes: 500_000,
      verifiedBy: 'read-back',
      durable: true,
      mayCollide: false,
      keptPath: null,
    },
  })
  expect(proxy.bytesUp - bytesBefore).toBeLessThan(20_000)
  expect(worker.names).toHaveLength(2)
})

test('[rename answer lost] the rename was never done: the file is sent again under the same name', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd), () => 'a.png')
  const upload = await makeUpload(sshd, 'a', 500_000)
  await writeFile(join(sshd.root, '.galley-a-1.part'), 'left by a killed process')
  expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('a.png'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(worker.names).toEqual([{ itemId: 'a', attempt: 2 }])
})

test.each([
  ['of another size', () => Buffer.from('not ours')],
  ['of the same size', () => Buffer.alloc(500_000, 7)],
  ['that begins with our bytes', (ours: Buffer) => Buffer.concat([ours, Buffer.from('!')])],
])(
  "the rename was never done and a colleague's file %s has the name now: theirs stays, ours gets the next",
  async (_kind, bytesOf) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker(accessTo(sshd), ({ foreign }) =>
      foreign === 'a.png' ? 'b.png' : 'a.png',
    )
    const upload = await makeUpload(sshd, 'a', 500_000)
    const bytes = bytesOf(await readFile(upload.source.path))
    await writeFile(join(sshd.root, 'a.png'), bytes)
    expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('b.png'))
    expect(await readFile(join(sshd.root, 'a.png'))).toEqual(bytes)
    expect(worker.names).toEqual([{ itemId: 'a', attempt: 2, foreign: 'a.png' }])
  },
)

test("names that others' files, folders and links have are left alone; the next free one is taken", async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd))
  await writeFile(join(sshd.root, 'a.png'), 'theirs')
  await mkdir(join(sshd.root, 'a-2.png'))
  await run('ln', ['-s', '/nowhere', join(sshd.root, 'a-3.png')])
  const upload = await makeUpload(sshd, 'a', 300_000, { verify: 'read-back' })
  expect(await worker.put(upload)).toEqual(storesAs('a-4.png'))
  expect(await readdir(sshd.root)).toEqual(['a-2.png', 'a-3.png', 'a-4.png', 'a.png'])
  expect(await readFile(join(sshd.root, 'a.png'), 'utf8')).toBe('theirs')
  expect(worker.names.map(({ foreign }) => foreign)).toEqual([undefined, 'a.png', 'a-2.png', 'a-3.png'])
})
