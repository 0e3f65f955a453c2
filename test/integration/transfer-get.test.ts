import { chmod, copyFile, link, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ok } from '../../src/shared/domain/result.ts'
import type { GetEvent, GetRequest } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { serverKind } from '../support/servers/kinds.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, sha256Of, startTransferWorker } from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

const MB = 1_000_000

/** A design on the NAS, and the request that brings it back. */
async function designOnNas(sshd: Sshd, sizeBytes: number): Promise<GetRequest> {
  const { source, sha256 } = await makeUpload(sshd, 'a', sizeBytes)
  const remotePath = join(sshd.root, 'UV 1.png')
  await copyFile(source.path, remotePath)
  const folder = join(sshd.scratch, 'restored', 'here')
  return { nasId: 'nas', designId: 'a', remotePath, sha256, folder, fileName: 'UV 1.png' }
}

const partOf = ({ folder }: GetRequest): string => join(folder, '.galley-a.part')

async function untilPartHas(request: GetRequest, bytes: number): Promise<void> {
  await vi.waitFor(async () => expect((await stat(partOf(request))).size).toBeGreaterThan(bytes), {
    timeout: 20_000,
    interval: 5,
  })
}

test.each([0, 1, 255 * 1024, 9 * MB + 1])(
  'a design of %i bytes comes back as it was, into a folder that was missing',
  async (size) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker(accessTo(sshd))
    const request = await designOnNas(sshd, size)
    const path = join(request.folder, 'UV 1.png')
    expect(await worker.peer.call('get', request)).toEqual(ok({ path, outcome: 'restored' }))
    expect(await readdir(request.folder)).toEqual(['UV 1.png'])
    expect(await sha256Of(path)).toBe(request.sha256)
    await sshd.stop()
    expect(await worker.peer.call('get', request)).toEqual(ok({ path, outcome: 'present' }))
  },
)

test('a download that was cut goes on behind what it has', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }))
  const request = await designOnNas(sshd, 20 * MB)
  proxy.chaos.delayMs = 20
  const cut = transfers.get(request)
  await untilPartHas(request, 10 * MB)
  proxy.resetAll()
  proxy.chaos.delayMs = 0
  expect(await cut).toEqual(failsWith('connection-lost'))
  // Whoever asked for these bytes again would get them wrong.
  const onNas = await open(request.remotePath, 'r+')
  await onNas.write('damage', 1000)
  await onNas.close()
  const events: GetEvent[] = []
  const path = join(request.folder, 'UV 1.png')
  expect(await transfers.get(request, (event) => events.push(event))).toEqual(ok({ path, outcome: 'restored' }))
  expect(events.at(-1)).toEqual({ receivedBytes: 20 * MB, sizeBytes: 20 * MB })
  expect(await sha256Of(path)).toBe(request.sha256)
  expect(await readdir(request.folder)).toEqual(['UV 1.png'])
})

test('a temporary file with other bytes, or too many, is begun anew', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }))
  const request = await designOnNas(sshd, 2 * MB)
  await mkdir(request.folder, { recursive: true })
  for (const left of [Buffer.alloc(MB), Buffer.alloc(3 * MB)]) {
    await writeFile(partOf(request), left)
    const path = join(request.folder, 'UV 1.png')
    expect(await transfers.get(request)).toEqual(ok({ path, outcome: 'restored' }))
    expect(await sha256Of(path)).toBe(request.sha256)
    await rm(path)
  }
})

test('a different file of that name stays, and so does one that shares its bytes with a temporary name', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }))
  const request = await designOnNas(sshd, 2 * MB)
  await mkdir(request.folder, { recursive: true })
  const taken = join(request.folder, 'UV 1.png')
  await writeFile(taken, 'edited by a person')
  // As after a crash between link and unlink.
  await link(taken, partOf(request))
  const path = join(request.folder, 'UV 1 (2).png')
  expect(await transfers.get(request)).toEqual(ok({ path, outcome: 'restored' }))
  expect(await transfers.get(request)).toEqual(ok({ path, outcome: 'present' }))
  expect(await readFile(taken, 'utf8')).toBe('edited by a person')
  expect((await readdir(request.folder)).sort()).toEqual(['UV 1 (2).png', 'UV 1.png'])
})

test('a design that is gone or altered on the NAS is told, and nothing of it is left here', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }))
  const request = await designOnNas(sshd, 2 * MB)
  await writeFile(request.remotePath, 'other bytes')
  expect(await transfers.get(request)).toEqual(failsWith('design-altered', request.remotePath))
  await rm(request.remotePath)
  expect(await transfers.get(request)).toEqual(failsWith('design-gone', request.remotePath))
  expect(await readdir(request.folder)).toEqual([])
})

test('[files read at once mixed up] of a server that mixes up its open files every design comes back', async (context) => {
  const kind = serverKind('erlang')
  const reason = whyNot(kind)
  if (reason !== null) context.skip(reason)
  await using server = await kind.start()
  const { nas, secrets, hostKeyFingerprint: hostKey } = server
  const password = secrets['nas-password']
  await using worker = await startTransferWorker({
    nas,
    hostKey,
    maxConnections: 2,
    ...(password === undefined ? {} : { password }),
  })
  const designs = await Promise.all(
    Array.from({ length: 60 }, async (_, n): Promise<GetRequest> => {
      const fileName = `design-${n}.png`
      const { source, sha256 } = await makeUpload(server, `design-${n}`, 40_000 + n)
      await copyFile(source.path, join(server.root, fileName))
      const folder = join(server.scratch, 'restored')
      return {
        nasId: 'nas',
        designId: `design-${n}`,
        remotePath: posix.join(nas.root, fileName),
        sha256,
        folder,
        fileName,
      }
    }),
  )
  const gets = await Promise.all(designs.map((design) => worker.peer.call('get', design)))
  expect(gets).toEqual(designs.map(() => ok(expect.objectContaining({ outcome: 'restored' }))))
  const found = await Promise.all(designs.map(({ folder, fileName }) => sha256Of(join(folder, fileName))))
  expect(found).toEqual(designs.map(({ sha256 }) => sha256))
})

test('a design that this user may not read is told, and nothing of it is left here', async ({ skip }) => {
  await using sshd = await startSshd()
  if (sshd.testUser === null) return skip('a user with fewer rights needs root')
  const nas = { ...sshd.nas, user: sshd.testUser.user }
  using transfers = startTransfers(accessTo(sshd, { nas }))
  const request = await designOnNas(sshd, 1000)
  await chmod(request.remotePath, 0o600)
  expect(await transfers.get(request)).toEqual(failsWith('permission-denied', sshd.root))
  expect(await readdir(request.folder)).toEqual([])
})

test('a NAS that stops answering is a time-out, and what was received stays', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }), { deadlines: { progressMs: 600 } })
  const request = await designOnNas(sshd, 20 * MB)
  proxy.chaos.delayMs = 20
  const stalled = transfers.get(request)
  await untilPartHas(request, 5 * MB)
  proxy.chaos.stalled = true
  expect(await stalled).toEqual(failsWith('nas-timeout', 'no answer'))
  expect((await stat(partOf(request))).size).toBeGreaterThan(5 * MB)
})

test('a full disk, or a folder that cannot be made, is told; the disk gets its room back', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) context.skip(why)
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }))
  const request = await designOnNas(sshd, 3 * MB)
  await using disk = await mountSmallDisk('rw')
  expect(await transfers.get({ ...request, folder: disk.path })).toEqual(failsWith('disk-full', disk.path))
  // Its last write is the first that has not all the room that it needs.
  const fitsAlmost = { ...(await designOnNas(sshd, 1_200_000)), folder: disk.path }
  expect(await transfers.get(fitsAlmost)).toEqual(failsWith('disk-full', disk.path))
  expect(await readdir(disk.path)).toEqual([])
  await writeFile(join(disk.path, 'a file'), '')
  const inAFile = join(disk.path, 'a file', 'folder')
  expect(await transfers.get({ ...request, folder: inAFile })).toEqual(failsWith('folder-unwritable'))
})
