import { createHash } from 'node:crypto'
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { generateHostKey, startPracticeNas } from '../../src/practice/nas.ts'
import { ok } from '../../src/shared/domain/result.ts'
import type { PutRequest } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const OLD = Buffer.from('the old design')
const NAME = { fileName: 'a.png', replaces: createHash('sha256').update(OLD).digest('hex') }
const settle = { fileName: 'a.png', attempt: 1 }

const kept = ({ root }: Sshd): string => join(root, '.galley-new.old')

function takeBackOf({ root: remoteDir, ...sshd }: Sshd, { itemId, sha256 }: PutRequest) {
  const keptPath = kept({ ...sshd, root: remoteDir })
  const { fileName, replaces: oldSha256 } = NAME
  return { nasId: 'nas', itemId, remoteDir, fileName, keptPath, newSha256: sha256, oldSha256 }
}

/** By what the server offers for a second name, and for a rename over a file. */
const SERVERS = [
  ['has both', []],
  ['has no hard links', ['Subsystem sftp internal-sftp -P hardlink']],
  ['renames over nothing', ['Subsystem sftp internal-sftp -P posix-rename']],
  ['has neither', ['Subsystem sftp internal-sftp -P hardlink,posix-rename']],
] as const

describe.for(SERVERS)('on a NAS that %s', ([, config]) => {
  test('a file that was decided to be replaced is, is kept, and comes back when that is taken back', async () => {
    await using sshd = await startSshd({ config })
    await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
    const upload = await makeUpload(sshd, 'new', 400_000, { verify: 'read-back', replaces: NAME })
    await writeFile(join(sshd.root, 'a.png'), OLD)
    expect(await worker.put(upload)).toEqual({ ok: true, value: expect.objectContaining({ keptPath: kept(sshd) }) })
    expect(await readdir(sshd.root)).toEqual(['.galley-new.old', 'a.png'])
    expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
    expect(await readFile(kept(sshd))).toEqual(OLD)

    const back = takeBackOf(sshd, upload)
    expect(await worker.peer.call('takeBack', back)).toEqual(ok(null))
    expect(await worker.peer.call('takeBack', back)).toEqual(ok(null))
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(await readFile(join(sshd.root, 'a.png'))).toEqual(OLD)
  })

  test('[killed while it replaced] whatever the crash left, the next put ends with the new file and keeps the old one', async () => {
    await using sshd = await startSshd({ config })
    await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
    const [path, part] = [join(sshd.root, 'a.png'), join(sshd.root, '.galley-new-1.part')]
    const upload = await makeUpload(sshd, 'new', 300_000, { replaces: NAME })
    const bytes = await readFile(upload.source.path)
    const clear = async (): Promise<void> => {
      for (const name of await readdir(sshd.root)) await rm(join(sshd.root, name))
    }
    const lefts: readonly (() => Promise<unknown>)[] = [
      // before anything, after the second name, between the two renames, after the last one
      async () => Promise.all([writeFile(path, OLD), writeFile(part, bytes)]),
      async () => Promise.all([writeFile(path, OLD).then(() => link(path, kept(sshd))), writeFile(part, bytes)]),
      async () => Promise.all([writeFile(kept(sshd), OLD), writeFile(part, bytes)]),
      async () => Promise.all([writeFile(kept(sshd), OLD), writeFile(path, bytes)]),
    ]
    for (const leave of lefts) {
      await clear()
      await leave()
      expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('a.png'))
      expect(await readdir(sshd.root)).toEqual(['.galley-new.old', 'a.png'])
      expect(await readFile(kept(sshd))).toEqual(OLD)
      expect(await sha256Of(path)).toBe(upload.sha256)
    }
  })

  test('[killed while it replaced] a file that was moved aside has its name again before the new one is sent once more', async () => {
    await using sshd = await startSshd({ config })
    await using worker = await startTransferWorker(accessTo(sshd), () => NAME)
    const upload = await makeUpload(sshd, 'new', 300_000, { replaces: NAME })
    await Promise.all([writeFile(kept(sshd), OLD), rm(upload.source.path)])
    expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(failsWith('source-gone'))
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(await readFile(join(sshd.root, 'a.png'))).toEqual(OLD)
  })

  test('[killed while it replaced] half taken back, it is taken back whole', async () => {
    await using sshd = await startSshd({ config })
    await using worker = await startTransferWorker(accessTo(sshd))
    const upload = await makeUpload(sshd, 'new', 1000)
    await writeFile(kept(sshd), OLD)
    await writeFile(join(sshd.root, '.galley-new-0.part'), await readFile(upload.source.path))
    expect(await worker.peer.call('takeBack', takeBackOf(sshd, upload))).toEqual(ok(null))
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(await readFile(join(sshd.root, 'a.png'))).toEqual(OLD)
  })

  test('a file that is neither of the two is not touched when a replacement is taken back', async () => {
    await using sshd = await startSshd({ config })
    await using worker = await startTransferWorker(accessTo(sshd))
    const upload = await makeUpload(sshd, 'new', 1000)
    await writeFile(kept(sshd), OLD)
    await writeFile(join(sshd.root, 'a.png'), 'a newer one')
    expect(await worker.peer.call('takeBack', takeBackOf(sshd, upload))).toEqual(failsWith('design-altered'))
    await writeFile(join(sshd.root, 'a.png'), await readFile(upload.source.path))
    await writeFile(kept(sshd), 'not what was kept')
    expect(await worker.peer.call('takeBack', takeBackOf(sshd, upload))).toEqual(failsWith('design-gone'))
    expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
    expect(await readFile(kept(sshd), 'utf8')).toBe('not what was kept')
  })
})

test('on a server that is not OpenSSH a file is replaced, kept and taken back as well', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-replace-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const [scratch, root] = [join(home, 'scratch'), join(home, 'nas')]
  await mkdir(scratch)
  const [user, password, hostKey] = ['practice', 'tray-of-type', generateHostKey()]
  const onFault = (error: unknown): never => expect.fail(String(error))
  const nas = await startPracticeNas({ folder: root, hostKey, user, password, onFault })
  onTestFinished(() => nas.close())
  const access = { nas: { host: nas.host, port: nas.port, user, root: '/' }, password, hostKey: nas.fingerprint }
  await using worker = await startTransferWorker({ ...access, maxConnections: 2 }, () => NAME)
  await writeFile(join(root, 'a.png'), OLD)
  const upload = await makeUpload({ scratch, root }, 'new', 300_000, { remoteDir: '/', replaces: NAME })
  const keptPath = '/.galley-new.old'
  expect(await worker.put(upload)).toEqual({ ok: true, value: expect.objectContaining({ keptPath }) })
  expect(await sha256Of(join(root, 'a.png'))).toBe(upload.sha256)
  const { fileName, replaces: oldSha256 } = NAME
  const place = { nasId: 'nas', itemId: 'new', remoteDir: '/', fileName, keptPath: null }
  expect(await worker.peer.call('takeBack', { ...place, newSha256: upload.sha256, oldSha256 })).toEqual(ok(null))
  expect(await readdir(root)).toEqual(['a.png'])
  expect(await readFile(join(root, 'a.png'))).toEqual(OLD)
})

test('[NAS cannot replace] where files can be neither renamed nor removed, that is said before a byte is sent', async () => {
  await using sshd = await startSshd({ config: ['Subsystem sftp internal-sftp -P rename,posix-rename'] })
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }), () => NAME)
  await writeFile(join(sshd.root, 'a.png'), OLD)
  const upload = await makeUpload(sshd, 'new', 4_000_000, { replaces: NAME })
  expect(await worker.put(upload)).toEqual(failsWith('cannot-replace'))
  expect(proxy.bytesUp).toBeLessThan(100_000)
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await readFile(join(sshd.root, 'a.png'))).toEqual(OLD)
})

test('[NAS full] where there is no room for a second name the old file is replaced all the same, and is said not to be kept', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) context.skip(why)
  await using disk = await mountSmallDisk('rw', 4, 4)
  await using sshd = await startSshd({ root: disk.path })
  await using worker = await startTransferWorker(accessTo(sshd), async () => {
    // The root, the old file, the new one and this one are all that this disk takes.
    await writeFile(join(sshd.root, 'full'), '')
    return NAME
  })
  await writeFile(join(sshd.root, 'a.png'), OLD)
  const upload = await makeUpload(sshd, 'new', 100_000, { replaces: NAME })
  expect(await worker.put(upload)).toEqual({ ok: true, value: expect.objectContaining({ keptPath: null }) })
  expect(await readdir(sshd.root)).toEqual(['a.png', 'full'])
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
  expect(await readdir(sshd.root)).toEqual(['.galley-new.old', 'a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})
