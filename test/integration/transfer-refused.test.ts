import { chmod, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

test('[NAS full] a full NAS holds the files, and takes them when there is room', async ({ skip }) => {
  const reason = whyNoSmallDisk()
  if (reason !== null) return skip(reason)
  await using disk = await mountSmallDisk('rw')
  await using sshd = await startSshd({ root: disk.path })
  await using worker = await startTransferWorker(accessTo(sshd))
  await writeFile(join(disk.path, 'ballast'), Buffer.alloc(700_000))
  const upload = await makeUpload(sshd, 'a', 600_000)
  expect(await worker.put(upload)).toEqual(failsWith('nas-full'))
  expect(await readdir(disk.path)).toEqual(['ballast'])
  await unlink(join(disk.path, 'ballast'))
  expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
})

test('[NAS read-only] a NAS that became read-only holds the files', async ({ skip }) => {
  const reason = whyNoSmallDisk()
  if (reason !== null) return skip(reason)
  await using disk = await mountSmallDisk('ro')
  await using sshd = await startSshd({ root: disk.path })
  await using worker = await startTransferWorker(accessTo(sshd))
  for (const remoteDir of [disk.path, join(disk.path, 'shop')])
    expect(await worker.put(await makeUpload(sshd, 'a', 1000, { remoteDir }))).toEqual(failsWith('nas-read-only'))
})

test('[no write permission] a folder without write permission is named', async ({ skip }) => {
  await using sshd = await startSshd()
  if (sshd.testUser === null) return skip('a user with fewer rights needs root')
  const nas = { ...sshd.nas, user: sshd.testUser.user }
  await using worker = await startTransferWorker(accessTo(sshd, { nas }))
  const folder = join(sshd.root, 'locked')
  await mkdir(folder)
  await chmod(folder, 0o755)
  for (const remoteDir of [folder, join(folder, 'below')])
    expect(await worker.put(await makeUpload(sshd, 'a', 1000, { remoteDir }))).toEqual(
      failsWith('permission-denied', folder),
    )
})

test('a file in the place of the folder is a conflict and stays', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd))
  await writeFile(join(sshd.root, 'shop'), 'a file')
  const upload = await makeUpload(sshd, 'a', 1000, { remoteDir: join(sshd.root, 'shop') })
  expect(await worker.put(upload)).toEqual(failsWith('remote-conflict', join(sshd.root, 'shop')))
  expect(await readFile(join(sshd.root, 'shop'), 'utf8')).toBe('a file')
})

test('a NAS that grants one channel a connection gets every file over it', async () => {
  await using sshd = await startSshd({ config: ['MaxSessions 1'] })
  await using worker = await startTransferWorker(accessTo(sshd, { maxConnections: 1 }))
  const uploads = await Promise.all(Array.from({ length: 20 }, (_, n) => makeUpload(sshd, `f${n}`, 20_000)))
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  expect(results).toEqual(uploads.map(({ itemId }) => storesAs(`${itemId}.png`)))
  expect(sshd.log()).toContain('no more sessions')
})
