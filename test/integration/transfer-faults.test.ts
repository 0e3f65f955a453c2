import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { DEFAULT_DEADLINES } from '../../src/engine/transfer/settings.ts'
import { createTransfers } from '../../src/engine/transfer/transfers.ts'
import { ok } from '../../src/shared/domain/result.ts'
import type { PutRequest } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, startTransferWorker } from '../support/transfer-worker.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

const sources = await mkdtemp(join(tmpdir(), 'galley-sources-'))
afterAll(() => rm(sources, { recursive: true, force: true }))

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

const failsWith = (code: string, detail?: string): unknown => ({
  ok: false,
  failure: expect.objectContaining({
    code,
    ...(detail === undefined ? {} : { detail: expect.stringContaining(detail) }),
  }),
})

const stores = (fileName: string): unknown => ({ ok: true, value: expect.objectContaining({ fileName }) })

/** Waits until the temporary file of an upload has some bytes on the NAS. */
const untilPartGrows = (folder: string): Promise<void> =>
  vi.waitFor(async () => {
    const [part] = (await readdir(folder)).filter((name) => name.endsWith('.part'))
    expect((await readFile(join(folder, part ?? ''))).length).toBeGreaterThan(100_000)
  }, 20_000)

describe('signing in', () => {
  test('a wrong password is tried once, then holds all files without another try', async ({ skip }) => {
    await using sshd = await startSshd()
    if (sshd.testUser === null) return skip('a user with a password needs root')
    await using worker = await startTransferWorker()
    const nas = { host: sshd.host, port: sshd.port, user: sshd.testUser.user, root: sshd.root }
    const access = { nas, password: 'wrong', hostKey: sshd.hostKeyFingerprint, maxConnections: 4 }
    await worker.peer.call('openNas', { nasId: 'nas', access })
    const uploads = await Promise.all(['a', 'b', 'c'].map((id) => makeUpload(sources, id, 1000, sshd.root)))
    const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
    results.push(await worker.put(await makeUpload(sources, 'd', 1000, sshd.root)))
    for (const result of results) expect(result).toEqual(failsWith('needs-sign-in'))
    expect(sshd.log().match(/Failed password/g)).toHaveLength(1)
  })

  test.for([
    ['password', []],
    ['keyboard-interactive', ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes', 'UsePAM yes']],
  ] as const)('the password signs in by %s', async ([, config], { skip }) => {
    await using sshd = await startSshd({ config })
    if (sshd.testUser === null) return skip('a user with a password needs root')
    await using worker = await startTransferWorker()
    const nas = { host: sshd.host, port: sshd.port, user: sshd.testUser.user, root: sshd.root }
    const access = { nas, password: sshd.testUser.password, hostKey: sshd.hostKeyFingerprint, maxConnections: 1 }
    await worker.peer.call('openNas', { nasId: 'nas', access })
    expect(await worker.put(await makeUpload(sources, 'a', 1000, sshd.root))).toEqual(stores('a.png'))
  })

  test('a key with a passphrase signs in; with a wrong one, or a missing file, it says so', async () => {
    await using sshd = await startSshd()
    await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', sshd.identityFile])
    await using worker = await startTransferWorker()
    const upload = await makeUpload(sources, 'a', 1000, sshd.root)
    const putWith = async (passphrase: string, identityFile = sshd.identityFile): Promise<unknown> => {
      const access = accessTo(sshd, { nas: { ...sshd.nas, identityFile }, passphrase })
      await worker.peer.call('openNas', { nasId: 'nas', access })
      return worker.put(upload)
    }
    expect(await putWith('wrong')).toEqual(failsWith('needs-sign-in'))
    expect(await putWith('open sesame', '/no/such/key')).toEqual(failsWith('needs-sign-in', '/no/such/key'))
    expect(await putWith('open sesame')).toEqual(stores('a.png'))
  })

  test('an unknown host key sends nothing and tells the fingerprint; a changed one stops', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    const upload = await makeUpload(sources, 'a', 1000, sshd.root)
    const { hostKey, ...unknown } = accessTo(sshd)
    await worker.peer.call('openNas', { nasId: 'nas', access: unknown })
    expect(await worker.put(upload)).toEqual(failsWith('host-key-unknown', sshd.hostKeyFingerprint))
    const other = `SHA256:${'A'.repeat(43)}`
    await worker.peer.call('openNas', { nasId: 'nas', access: { ...unknown, hostKey: other } })
    expect(await worker.put(upload)).toEqual(failsWith('host-key-changed', sshd.hostKeyFingerprint))
    expect(sshd.log()).not.toContain('Accepted')
    await worker.peer.call('openNas', { nasId: 'nas', access: { ...unknown, ...(hostKey && { hostKey }) } })
    expect(await worker.put(upload)).toEqual(stores('a.png'))
  })
})

describe('the NAS goes away', () => {
  test('a NAS that is down is a failure to retry, and works once it is back', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    const upload = await makeUpload(sources, 'a', 1000, sshd.root)
    await sshd.stop()
    expect(await worker.put(upload)).toEqual(failsWith('nas-unreachable', 'ECONNREFUSED'))
    await sshd.start()
    expect(await worker.put({ ...upload, attempt: 2 })).toEqual(stores('a.png'))
  })

  test('a session killed in the middle of a file leaves one object in the end, and no temporary file', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', {
      nasId: 'nas',
      access: accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }),
    })
    const upload = await makeUpload(sources, 'a', 20_000_000, sshd.root)
    proxy.chaos.delayMs = 50
    const first = worker.put(upload)
    await untilPartGrows(sshd.root)
    expect(await sshd.signalSessions('SIGKILL')).toBeGreaterThan(0)
    expect(await first).toEqual(failsWith('connection-lost'))
    proxy.chaos.delayMs = 0
    expect(await worker.put({ ...upload, attempt: 2 })).toEqual(stores('a.png'))
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(await sha256(join(sshd.root, 'a.png'))).toBe(upload.sha256)
  })

  test('a frozen session is noticed, and does nothing wrong when it wakes', async () => {
    await using sshd = await startSshd()
    const transfers = createTransfers({
      deadlines: { ...DEFAULT_DEADLINES, progressMs: 600 },
      now: () => performance.now(),
      newId: () => 'id',
      takeName: async ({ itemId, attempt }) => {
        // Frozen before the rename is done: it lies in the session's queue.
        if (attempt === 1) await sshd.signalSessions('SIGSTOP')
        return ok({ fileName: `${itemId}.png` })
      },
    })
    transfers.openNas('nas', accessTo(sshd))
    const upload = await makeUpload(sources, 'a', 3_000_000, sshd.root)
    const put = (request: PutRequest): Promise<unknown> =>
      transfers.put(request, new AbortController().signal, () => undefined)
    expect(await put(upload)).toEqual(failsWith('connection-lost', 'no answer'))
    const settle = { fileName: 'a.png', attempt: 1 }
    expect(await put({ ...upload, attempt: 2, settle })).toEqual(stores('a.png'))
    await sshd.signalSessions('SIGCONT')
    await vi.waitFor(async () => expect((await sshd.sessions()).length).toBeLessThanOrEqual(2), 20_000)
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(await sha256(join(sshd.root, 'a.png'))).toBe(upload.sha256)
    transfers.close()
  })

  test('a connection in a black hole is found by keepalives, long before the progress deadline, and replaced', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    const transfers = createTransfers({
      deadlines: { ...DEFAULT_DEADLINES, keepaliveMs: 100 },
      now: () => performance.now(),
      newId: () => 'id',
      takeName: async ({ itemId }) => ok({ fileName: `${itemId}.png` }),
    })
    transfers.openNas('nas', accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }))
    const put = async (id: string): Promise<unknown> =>
      transfers.put(await makeUpload(sources, id, 1000, sshd.root), new AbortController().signal, () => undefined)
    expect(await put('a')).toEqual(stores('a.png'))
    proxy.chaos.stalled = true
    expect(await put('b')).toEqual(failsWith('connection-lost', 'Keepalive'))
    proxy.chaos.stalled = false
    expect(await put('b')).toEqual(stores('b.png'))
    expect(proxy.accepted).toBe(2)
    transfers.close()
  })

  test('a byte corrupted on the way never reaches a final name', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', {
      nasId: 'nas',
      access: accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }),
    })
    const upload = await makeUpload(sources, 'a', 2_000_000, sshd.root)
    proxy.chaos.corruptAtByte = 1_000_000
    expect(await worker.put(upload)).toEqual(failsWith('connection-lost'))
    expect(await readdir(sshd.root)).not.toContain('a.png')
    expect(await worker.put({ ...upload, attempt: 2 })).toEqual(stores('a.png'))
    expect(await sha256(join(sshd.root, 'a.png'))).toBe(upload.sha256)
  })

  test('a server that takes few connections is used with those it takes', async () => {
    await using sshd = await startSshd({ config: ['MaxStartups 1:100:1'] })
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker()
    const nas = { ...sshd.nas, port: proxy.port }
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd, { nas, maxConnections: 3 }) })
    expect(await worker.put(await makeUpload(sources, 'first', 1000, sshd.root))).toEqual(stores('first.png'))
    proxy.chaos.refusing = true
    const ids = Array.from({ length: 40 }, (_, n) => `s${n}`)
    const uploads = await Promise.all(ids.map((id) => makeUpload(sources, id, 50_000, sshd.root)))
    const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
    for (const [n, result] of results.entries()) expect(result).toEqual(stores(`s${n}.png`))
    expect(proxy.accepted).toBe(1)
  })
})

describe('the rename', () => {
  const settle = { fileName: 'a.png', attempt: 1 }

  test('its answer was lost: the file is found stored, and not sent again', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker(() => {
      proxy.chaos.dropAnswers = true
      return 'a.png'
    })
    await worker.peer.call('openNas', {
      nasId: 'nas',
      access: accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }),
    })
    const upload = await makeUpload(sources, 'a', 500_000, sshd.root)
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
      },
    })
    expect(proxy.bytesUp - bytesBefore).toBeLessThan(20_000)
    expect(worker.names).toHaveLength(1)
  })

  test('it was never done: the file is sent again under the same name', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker(() => 'a.png')
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    const upload = await makeUpload(sources, 'a', 500_000, sshd.root)
    await writeFile(join(sshd.root, '.galley-a-1.part'), 'left by a killed process')
    expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(stores('a.png'))
    expect(await readdir(sshd.root)).toEqual(['a.png'])
    expect(worker.names).toEqual([{ itemId: 'a', attempt: 2 }])
  })

  test.each([
    ['of another size', Buffer.from('not ours')],
    ['of the same size', Buffer.alloc(500_000, 7)],
  ])(
    "it was never done and a colleague's file %s has the name now: theirs stays, ours gets the next",
    async (_kind, bytes) => {
      await using sshd = await startSshd()
      await using worker = await startTransferWorker(({ foreign }) => (foreign === 'a.png' ? 'b.png' : 'a.png'))
      await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
      const upload = await makeUpload(sources, 'a', 500_000, sshd.root)
      await writeFile(join(sshd.root, 'a.png'), bytes)
      expect(await worker.put({ ...upload, attempt: 2, settle })).toEqual(stores('b.png'))
      expect(await readFile(join(sshd.root, 'a.png'))).toEqual(bytes)
      expect(worker.names).toEqual([{ itemId: 'a', attempt: 2, foreign: 'a.png' }])
    },
  )

  test("names that others' files, folders and links have are left alone; the next free one is taken", async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    await writeFile(join(sshd.root, 'a.png'), 'theirs')
    await mkdir(join(sshd.root, 'a-2.png'))
    await run('ln', ['-s', '/nowhere', join(sshd.root, 'a-3.png')])
    const upload = await makeUpload(sources, 'a', 300_000, sshd.root, { verify: 'read-back' })
    expect(await worker.put(upload)).toEqual(stores('a-4.png'))
    expect(await readdir(sshd.root)).toEqual(['a-2.png', 'a-3.png', 'a-4.png', 'a.png'])
    expect(await readFile(join(sshd.root, 'a.png'), 'utf8')).toBe('theirs')
    expect(worker.names.map(({ foreign }) => foreign)).toEqual([undefined, 'a.png', 'a-2.png', 'a-3.png'])
  })
})

describe('the NAS refuses', () => {
  test.skipIf(!isRoot)(
    'a full NAS holds the files, and takes them when there is room [needs root: tmpfs]',
    async () => {
      const disk = await mkdtemp(join(tmpdir(), 'galley-full-'))
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
      try {
        await using sshd = await startSshd({ root: disk })
        await using worker = await startTransferWorker()
        await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
        await writeFile(join(disk, 'ballast'), Buffer.alloc(700_000))
        const upload = await makeUpload(sources, 'a', 600_000, disk)
        expect(await worker.put(upload)).toEqual(failsWith('nas-full'))
        expect(await readdir(disk)).toEqual(['ballast'])
        await unlink(join(disk, 'ballast'))
        expect(await worker.put({ ...upload, attempt: 2 })).toEqual(stores('a.png'))
      } finally {
        await run('umount', ['-l', disk])
        await rm(disk, { recursive: true, force: true })
      }
    },
  )

  test('a NAS that became read-only holds the files', async ({ skip }) => {
    skip(!isRoot, 'mounting a small disk needs root')
    const disk = await mkdtemp(join(tmpdir(), 'galley-ro-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', disk])
    try {
      await using sshd = await startSshd({ root: disk })
      await using worker = await startTransferWorker()
      await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
      for (const folder of [disk, join(disk, 'shop')])
        expect(await worker.put(await makeUpload(sources, 'a', 1000, folder))).toEqual(failsWith('nas-read-only'))
    } finally {
      await run('umount', ['-l', disk])
      await rm(disk, { recursive: true, force: true })
    }
  })

  test('a folder without write permission ends the file and is named', async ({ skip }) => {
    await using sshd = await startSshd()
    if (sshd.testUser === null) return skip('a user with fewer rights needs root')
    await using worker = await startTransferWorker()
    const nas = { ...sshd.nas, user: sshd.testUser.user }
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd, { nas }) })
    const folder = join(sshd.root, 'locked')
    await mkdir(folder)
    await chmod(folder, 0o755)
    for (const remoteDir of [folder, join(folder, 'below')])
      expect(await worker.put(await makeUpload(sources, 'a', 1000, remoteDir))).toEqual(
        failsWith('permission-denied', folder),
      )
  })

  test('a file in the place of the folder is a conflict and stays', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    await writeFile(join(sshd.root, 'shop'), 'a file')
    const upload = await makeUpload(sources, 'a', 1000, join(sshd.root, 'shop'))
    expect(await worker.put(upload)).toEqual(failsWith('remote-conflict', join(sshd.root, 'shop')))
    expect(await readFile(join(sshd.root, 'shop'), 'utf8')).toBe('a file')
  })
})

describe('the dropped file', () => {
  test.each([
    ['was removed', 'source-gone', (path: string) => unlink(path)],
    ['was replaced by a folder', 'source-changed', (path: string) => unlink(path).then(() => mkdir(path))],
    ['grew', 'source-changed', (path: string) => writeFile(path, 'more', { flag: 'a' })],
    ['was written to, same size', 'source-changed', (path: string) => utimes(path, 1, 1)],
  ])('%s since it was hashed: nothing is stored', async (_what, code, change) => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    const upload = await makeUpload(join(sources, 'changing'), 'a', 600_000, sshd.root)
    await change(upload.source.path)
    expect(await worker.put(upload)).toEqual(failsWith(code))
    expect(await readdir(sshd.root)).toEqual([])
    await rm(join(sources, 'changing'), { recursive: true })
  })

  test('has other bytes under the same size and time: nothing is stored', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
    const upload = await makeUpload(sources, 'a', 600_000, sshd.root, { sha256: '0'.repeat(64) })
    expect(await worker.put(upload)).toEqual(failsWith('source-changed'))
    expect(await readdir(sshd.root)).toEqual([])
    expect(worker.names).toEqual([])
  })
})

describe('cancelling', () => {
  test('in the middle of a file removes the temporary file', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', {
      nasId: 'nas',
      access: accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }),
    })
    proxy.chaos.delayMs = 50
    const abort = new AbortController()
    const put = worker.put(await makeUpload(sources, 'a', 20_000_000, sshd.root), { signal: abort.signal })
    await untilPartGrows(sshd.root)
    abort.abort()
    expect(await put).toEqual(failsWith('cancelled'))
    expect(await readdir(sshd.root)).toEqual([])
  })

  test('while the name is asked for ends without a file; once the rename is sent, with one', async () => {
    await using sshd = await startSshd()
    for (const when of ['before', 'after'] as const) {
      const abort = new AbortController()
      const transfers = createTransfers({
        deadlines: DEFAULT_DEADLINES,
        now: () => performance.now(),
        newId: () => 'id',
        takeName: async () => {
          if (when === 'before') abort.abort()
          // Runs after the rename was sent, in the turn that this answer starts.
          else setImmediate(() => abort.abort())
          return ok({ fileName: 'a.png' })
        },
      })
      transfers.openNas('nas', accessTo(sshd))
      const upload = await makeUpload(sources, 'a', 1000, sshd.root)
      const result = await transfers.put(upload, abort.signal, () => undefined)
      expect(result).toEqual(when === 'before' ? failsWith('cancelled') : stores('a.png'))
      expect(await readdir(sshd.root)).toEqual(when === 'before' ? [] : ['a.png'])
      transfers.close()
    }
  })

  test('files that wait for a connection ends them at once', async () => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    proxy.chaos.stalled = true
    await using worker = await startTransferWorker()
    await worker.peer.call('openNas', {
      nasId: 'nas',
      access: accessTo(sshd, { nas: { ...sshd.nas, port: proxy.port } }),
    })
    const abort = new AbortController()
    const put = worker.put(await makeUpload(sources, 'a', 1000, sshd.root), { signal: abort.signal })
    abort.abort()
    expect(await put).toEqual(failsWith('cancelled'))
  })
})

test('several hundred small files arrive, and nobody ever sees a part of one under a final name', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  await worker.peer.call('openNas', { nasId: 'nas', access: accessTo(sshd) })
  const folder = join(sshd.root, 'shop')
  const sizeOf = new Map<string, number>()
  const ids = Array.from({ length: 400 }, (_, n) => `f${n}`)
  const uploads = await Promise.all(
    ids.map((id, n) => {
      const sizeBytes = n % 20 === 0 ? 1_500_000 : 20_000 + n
      sizeOf.set(`${id}.png`, sizeBytes)
      return makeUpload(join(sources, 'many'), id, sizeBytes, folder)
    }),
  )
  let over = false
  const partial: string[] = []
  const observe = async (): Promise<void> => {
    while (!over) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (name.endsWith('.part')) continue
        const { length } = await readFile(join(folder, name))
        if (length !== sizeOf.get(name)) partial.push(`${name}: ${length}`)
      }
    }
  }
  const observing = observe()
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  over = true
  await observing
  for (const [n, result] of results.entries()) expect(result).toEqual(stores(`f${n}.png`))
  expect(partial).toEqual([])
  expect((await readdir(folder)).sort()).toEqual([...sizeOf.keys()].sort())
  for (const { itemId, sha256: expected } of uploads) expect(await sha256(join(folder, `${itemId}.png`))).toBe(expected)
})

describe('the connection test', () => {
  test('passes on a good NAS, tells each step and leaves nothing behind', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    const told: unknown[] = []
    const result = await worker.peer.call('testConnection', accessTo(sshd), { onEvent: (step) => told.push(step) })
    if (!result.ok) throw new Error(result.failure.code)
    expect(result.value.map(({ step, ok: isOk }) => [step, isOk])).toEqual(
      ['reach', 'host-key', 'sign-in', 'folder', 'write', 'rename', 'durable', 'space'].map((step) => [step, true]),
    )
    expect(told).toEqual(result.value)
    expect(await readdir(sshd.root)).toEqual([])
  })

  test('ends with the step that fails and says why', async () => {
    await using sshd = await startSshd()
    await using worker = await startTransferWorker()
    const lastStep = async (changes: Partial<ReturnType<typeof accessTo>>): Promise<unknown> => {
      const result = await worker.peer.call('testConnection', accessTo(sshd, changes))
      return result.ok ? result.value.at(-1) : result
    }
    const { nas } = sshd
    const failed = (step: string, detail: string): unknown => ({
      step,
      ok: false,
      detail: expect.stringContaining(detail),
    })
    expect(await lastStep({ hostKey: 'SHA256:other' })).toEqual(failed('host-key', sshd.hostKeyFingerprint))
    expect(await lastStep({ nas: { ...nas, user: 'nobody-here' } })).toEqual(failed('sign-in', 'refused'))
    await writeFile(join(sshd.root, 'file'), '')
    expect(await lastStep({ nas: { ...nas, root: join(sshd.root, 'file') } })).toEqual(failed('folder', 'file'))
    await rename(join(sshd.root, 'file'), join(sshd.root, '.galley-file'))
    if (sshd.testUser !== null) {
      const locked = join(sshd.root, 'locked')
      await mkdir(locked, { mode: 0o755 })
      const asTestUser = { ...nas, user: sshd.testUser.user, root: locked }
      expect(await lastStep({ nas: asTestUser })).toEqual(failed('write', locked))
    }
    await sshd.stop()
    expect(await lastStep({})).toEqual(failed('reach', 'ECONNREFUSED'))
  })
})
