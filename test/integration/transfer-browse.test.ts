import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { MOST_NAMES } from '../../src/engine/transfer/browse/list-folder.ts'
import { DEFAULT_DEADLINES, type TransferDeadlines } from '../../src/engine/transfer/connection/settings.ts'
import { createTransfers } from '../../src/engine/transfer/transfers.ts'
import { generateHostKey, startPracticeNas } from '../../src/practice/nas.ts'
import { describeFailure, failure } from '../../src/shared/domain/failure.ts'
import type { NasFolder } from '../../src/shared/domain/nas-folder.ts'
import { fail, ok, type Result } from '../../src/shared/domain/result.ts'
import type { Nas } from '../../src/shared/domain/shop.ts'
import type { NasAccess } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  startTransferWorker,
  storesAs,
  type TransferWorker,
  untilPartGrows,
} from '../support/transfer-worker.ts'

test('a folder is listed: folders first, links by what they lead to, sizes, dates, free space', async ({ skip }) => {
  await using sshd = await startSshd()
  const access = asTestUser(sshd)
  if (access === null) return skip('another owner needs root')
  await using worker = await startTransferWorker()
  for (const name of ['Shop 10', 'Shop 9', 'elsewhere']) await mkdir(join(sshd.root, name))
  await writeFile(join(sshd.root, 'notes.txt'), 'twelve bytes')
  await writeFile(Buffer.concat([Buffer.from(`${sshd.root}/caf`), Buffer.from([0xe9])]), '')
  await symlink('elsewhere', join(sshd.root, 'link to a folder'))
  await symlink('nothing', join(sshd.root, 'link to nothing'))
  const { entries, ...folder } = await lookAt(worker, access, sshd.root)
  expect(folder).toMatchObject({ path: sshd.root, missing: null, isCut: false, writable: 'yes' })
  expect(folder.freeBytes).toBeGreaterThan(1e6)
  expect(entries.map(({ name, kind, writable }) => [name, kind, writable])).toEqual([
    ['elsewhere', 'folder', 'no'],
    ['link to a folder', 'folder', 'no'],
    ['Shop 9', 'folder', 'no'],
    ['Shop 10', 'folder', 'no'],
    ['caf\ufffd', 'other', null],
    ['link to nothing', 'other', null],
    ['notes.txt', 'file', null],
  ])
  const notes = entries.find(({ name }) => name === 'notes.txt')
  expect(notes).toMatchObject({ sizeBytes: 12 })
  expect(Math.abs((notes?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000)
})

test('behind a virtual root, a path that is not there leads to the folders that are', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('a virtual root needs root')
  // sshd wants all of the way to a virtual root to be root's alone: not in /tmp.
  const root = await mkdtemp('/run/galley-root-')
  try {
    await using sshd = await startSshd({ root, config: [`ChrootDirectory ${root}`, 'ForceCommand internal-sftp'] })
    await mkdir(join(root, 'designs'), { mode: 0o777 })
    await mkdir(join(root, 'locked'))
    await mkdir(join(root, 'shut'), { mode: 0o700 })
    await chmod(root, 0o755)
    await chmod(join(root, 'designs'), 0o777)
    const access = asTestUser(sshd)
    if (access === null) throw new Error('no test user')
    await using worker = await startTransferWorker()
    const top = await lookAt(worker, access, '/volume1/designs')
    expect(top).toMatchObject({ path: '/', missing: '/volume1/designs', home: '/', writable: 'no' })
    expect(top.entries.map(({ name, writable }) => [name, writable])).toEqual([
      ['designs', 'yes'],
      ['locked', 'no'],
      ['shut', 'no'],
    ])
    expect(await make(worker, access, '/designs/new/deep')).toEqual({ ok: true, value: null })
    expect(await make(worker, access, '/designs/new')).toEqual({ ok: true, value: null })
    expect((await lookAt(worker, access, 'designs/new')).entries.map(({ name }) => name)).toEqual(['deep'])
    expect(await make(worker, access, '/locked/new')).toEqual(failsWith('permission-denied', '/locked'))
    await writeFile(join(root, 'designs', 'file'), '')
    expect(await make(worker, access, '/designs/file')).toEqual(failsWith('remote-conflict', '/designs/file'))
    expect(await lookAt(worker, access, '/designs/file')).toMatchObject({ path: '/designs', missing: '/designs/file' })
    expect(await worker.peer.call('browse', { access, path: '/shut' })).toEqual(failsWith('permission-denied', '/shut'))
  } finally {
    await rm(root, { recursive: true })
  }
})

test('[host key changed] a NAS with another identity is not browsed: it hears no user and no password', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  const { hostKey, ...unknown } = accessTo(sshd)
  const browse = (access: NasAccess) => worker.peer.call('browse', { access, path: null })
  expect(await browse(unknown)).toEqual(failsWith('host-key-unknown', sshd.hostKeyFingerprint))
  const other = `SHA256:${'A'.repeat(43)}`
  expect(await browse({ ...unknown, hostKey: other })).toEqual(failsWith('host-key-changed', sshd.hostKeyFingerprint))
  expect(sshd.log()).not.toMatch(/Accepted|userauth|Connection (closed|reset) by (authenticating|invalid) user/)
  expect(await browse(accessTo(sshd))).toMatchObject({ ok: true })
})

test('[NAS read-only] no folder of a disk that takes no writes is shown as one that may be written', async ({
  skip,
}) => {
  const reason = whyNoSmallDisk()
  if (reason !== null) return skip(reason)
  await using disk = await mountSmallDisk('rw')
  await mkdir(join(disk.path, 'designs'))
  for (const path of [disk.path, join(disk.path, 'designs')]) await chmod(path, 0o777)
  await disk.remount('ro')
  await using sshd = await startSshd({ root: disk.path })
  await using worker = await startTransferWorker()
  const { writable, entries } = await lookAt(worker, accessTo(sshd), disk.path)
  expect([writable, entries.find(({ name }) => name === 'designs')?.writable]).toEqual(['no', 'unknown'])
})

test('whoever looks at another NAS is shown that one, not the one that is still connected', async () => {
  await using first = await startSshd()
  await using second = await startSshd()
  await using worker = await startTransferWorker()
  for (const sshd of [first, second, first]) await lookAt(worker, accessTo(sshd), sshd.root)
  expect([first, second].map((sshd) => sshd.log().match(/Accepted/g)?.length)).toEqual([2, 1])
})

test('what keeps a person from browsing has the same words as in an upload', async () => {
  await using worker = await startTransferWorker()
  const compare = async (sshd: Sshd, changes: Partial<Nas> = {}): Promise<unknown> => {
    const access = accessTo(sshd, { nas: { ...sshd.nas, ...changes } })
    const browsed = await worker.peer.call('browse', { access, path: null })
    await worker.peer.call('openNas', { nasId: 'nas', access })
    expect(browsed).toEqual(await worker.put(await makeUpload(sshd, 'a', 1000)))
    return browsed
  }
  await using sshd = await startSshd()
  const broken = join(sshd.scratch, 'broken-key')
  await writeFile(broken, 'no key')
  expect(await compare(sshd, { user: 'nobody-here' })).toEqual(failsWith('needs-sign-in'))
  for (const identityFile of ['/no/such/key', broken])
    expect(await compare(sshd, { identityFile })).toMatchObject({ ok: false })
  await sshd.stop()
  expect(await compare(sshd)).toEqual(failsWith('nas-unreachable'))
  await using off = await startSshd({ config: ['Subsystem other internal-sftp'] })
  expect(await compare(off)).toEqual(failsWith('sftp-off'))
  await using printing = await startSshd({ config: ['ForceCommand echo Welcome to the NAS'] })
  expect(await compare(printing)).toEqual(failsWith('sftp-garbled', 'Welcome'))
  await using shut = await startSshd({ config: ['MaxSessions 0'] })
  expect(await compare(shut)).toEqual(failsWith('session-refused'))
})

test('while files are uploaded at full use of their connections, folders are listed, and all files arrive', async () => {
  await using sshd = await startSshd()
  const access = accessTo(sshd, { maxConnections: 1 })
  await using worker = await startTransferWorker(access)
  const uploads = await Promise.all(['a', 'b', 'c'].map((id) => makeUpload(sshd, id, 20_000_000)))
  await worker.peer.call('limitRate', { bytesPerSecond: 20_000_000 })
  const stored = Promise.all(uploads.map((upload) => worker.put(upload)))
  await untilPartGrows(sshd.root)
  expect((await lookAt(worker, access, sshd.root)).entries.length).toBeGreaterThan(0)
  expect(sshd.log().match(/Accepted/g)).toHaveLength(2)
  expect(await make(worker, access, join(sshd.root, 'new'))).toEqual({ ok: true, value: null })
  expect(sshd.log().match(/Accepted/g)).toHaveLength(2)
  await worker.peer.call('limitRate', { bytesPerSecond: null })
  expect(await stored).toEqual(uploads.map(({ itemId }) => storesAs(`${itemId}.png`)))
})

test('[NAS takes few connections] a NAS that takes one connection keeps it for uploads, and the browser says so', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  const access = accessTo(sshd, { through: proxy, maxConnections: 1 })
  await using worker = await startTransferWorker(access)
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a.png'))
  proxy.chaos.refusing = true
  expect(await worker.peer.call('browse', { access, path: null })).toEqual(failsWith('nas-busy'))
  expect(await worker.put(await makeUpload(sshd, 'b', 1000))).toEqual(storesAs('b.png'))
  expect(sshd.log().match(/Accepted/g)).toHaveLength(1)
})

test('the connection is kept for a person who looks further, and closed when nobody does', async () => {
  await using sshd = await startSshd()
  using transfers = startBrowsing({ idleMs: 300 })
  const access = accessTo(sshd)
  await Promise.all([transfers.browse({ access, path: null }), transfers.browse({ access, path: sshd.root })])
  await transfers.browse({ access: { ...access, nas: { ...access.nas, root: '/elsewhere' } }, path: sshd.root })
  expect(sshd.log().match(/Accepted/g)).toHaveLength(1)
  await vi.waitFor(async () => expect(await sshd.sessions()).toEqual([]), 5_000)
  expect(await transfers.browse({ access, path: sshd.root })).toMatchObject({ ok: true })
  transfers[Symbol.dispose]()
  await vi.waitFor(async () => expect(await sshd.sessions()).toEqual([]), 5_000)
})

test('[session frozen] a NAS that answers no more while a folder is read does not hold the browser for ever', async () => {
  await using sshd = await startSshd()
  using transfers = startBrowsing({ progressMs: 500 })
  const access = accessTo(sshd)
  expect(await transfers.browse({ access, path: sshd.root })).toMatchObject({ ok: true })
  await sshd.signalSessions('SIGSTOP')
  expect(await transfers.browse({ access, path: sshd.root })).toEqual(failsWith('nas-timeout'))
  expect(await transfers.browse({ access, path: sshd.root })).toMatchObject({ ok: true })
  const looking = transfers.makeFolder({ access, path: join(sshd.root, 'new') })
  await sshd.signalSessions('SIGKILL')
  expect(['connection-lost', undefined]).toContain(await looking.then((it) => (it.ok ? undefined : it.failure.code)))
})

test('a folder of very many files is read up to a limit, and that is said', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker()
  for (let at = 0; at < MOST_NAMES + 500; at += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, one) => writeFile(join(sshd.root, `${at + one}.png`), '')))
  }
  const { entries, isCut } = await lookAt(worker, accessTo(sshd), sshd.root)
  expect([isCut, entries.length > MOST_NAMES - 3, entries.length <= MOST_NAMES]).toEqual([true, true, true])
})

test('the practice NAS is browsed as any other', async () => {
  await using worker = await startTransferWorker()
  const folder = await mkdtemp(join(tmpdir(), 'galley-practice-nas-'))
  const signIn = { user: 'practice', password: 'tray-of-type' }
  const nas = await startPracticeNas({ folder, hostKey: generateHostKey(), ...signIn, onFault: console.error })
  onTestFinished(async () => {
    await nas.close()
    await rm(folder, { recursive: true })
  })
  const { host, port, fingerprint: hostKey } = nas
  const place = { host, port, user: signIn.user, root: '/' }
  const access = { nas: place, password: signIn.password, hostKey, maxConnections: 1 }
  expect(await make(worker, access, '/shop/template')).toEqual({ ok: true, value: null })
  const found = await lookAt(worker, access, '/shop/other')
  expect(found).toMatchObject({ path: '/shop', missing: '/shop/other', home: '/' })
  expect(found.entries).toMatchObject([{ name: 'template', kind: 'folder' }])
})

test('where each sign-in would cost a code, folders are read beside the uploads, or with a code of their own', async () => {
  const unused = new Set(['111111', '222222'])
  await using nas = await startSshServer({
    offers: 'keyboard-interactive',
    signIn(attempt) {
      if (attempt.method !== 'keyboard-interactive') return attempt.reject(['keyboard-interactive'])
      attempt.prompt(
        [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Verification code: ', echo: true },
        ],
        ([, code]) => {
          if (unused.delete(code ?? '')) attempt.accept()
          else attempt.reject(['keyboard-interactive'])
        },
      )
    },
  })
  await using worker = await startTransferWorker()
  const { access } = nas
  const browse = (code?: string) =>
    worker.peer.call('browse', { access, path: '/', ...(code === undefined ? {} : { code }) })
  expect(await browse()).toEqual(failsWith('code-wanted', 'Verification code'))
  expect(await browse('111111')).toMatchObject({ ok: true })
  expect(await make(worker, access, '/designs')).toEqual({ ok: true, value: null })
  expect(nas.connections).toHaveLength(1)
  nas.connections[0]?.end()
  await vi.waitFor(() => expect(nas.connections).toEqual([]))

  expect(await browse()).toEqual(failsWith('code-wanted'))
  const signIn = { nasId: 'nas', access, code: '222222' }
  expect(await worker.peer.call('signIn', signIn)).toMatchObject({ ok: true })
  expect(await browse()).toMatchObject({ ok: true, value: { entries: [{ name: 'designs' }] } })
  expect(await make(worker, access, '/designs/new')).toEqual({ ok: true, value: null })
  expect(await worker.put(await makeUpload({ scratch: nas.root, root: '/designs' }, 'a', 1000))).toEqual(
    storesAs('a.png'),
  )
  await vi.waitFor(() => expect(nas.connections).toHaveLength(1))
})

/** In this process, where deadlines can be short. */
function startBrowsing(deadlines: Partial<TransferDeadlines>) {
  const transfers = createTransfers({
    deadlines: { ...DEFAULT_DEADLINES, ...deadlines },
    now: () => performance.now(),
    newId: () => 'id',
    noteReached: async () => undefined,
    numbersTaken: async () => undefined,
    noteClaim: async () => ok(null),
    learnt: async () => undefined,
    takeName: async () => fail(failure('internal', 'nothing is uploaded')),
  })
  const context = { signal: new AbortController().signal, emit: () => undefined as never }
  return {
    browse: async (request: { access: NasAccess; path: string | null }) => transfers.browse(request, context),
    makeFolder: async (request: { access: NasAccess; path: string }) => transfers.makeFolder(request, context),
    [Symbol.dispose]: transfers.close,
  }
}

async function lookAt(worker: TransferWorker, access: NasAccess, path: string): Promise<NasFolder> {
  return expectFolder(await worker.peer.call('browse', { access, path }))
}

function make(worker: TransferWorker, access: NasAccess, path: string): Promise<Result<null>> {
  return worker.peer.call('makeFolder', { access, path })
}

function asTestUser(sshd: Sshd): NasAccess | null {
  if (sshd.testUser === null) return null
  return accessTo(sshd, { nas: { ...sshd.nas, user: sshd.testUser.user } })
}

function expectFolder(result: Result<NasFolder>): NasFolder {
  if (!result.ok) throw new Error(`${result.failure.code}: ${describeFailure(result.failure)}`)
  return result.value
}
