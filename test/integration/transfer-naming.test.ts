import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { guardPath } from '../../src/engine/transfer/put/part-names.ts'
import { whyNoSmallDisk } from '../support/small-disk.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const run = promisify(execFile)
const without = (...requests: readonly string[]): string => `Subsystem sftp internal-sftp -P ${requests.join(',')}`

test.each([
  ['link', ['limits', 'fsync']],
  ['rename', ['hardlink', 'posix-rename', 'fsync', 'statvfs', 'limits']],
] as const)(
  "[another SFTP server behind the banner] what it does with a taken name is tried out once: by '%s' theirs stay",
  async (naming, off) => {
    await using sshd = await startSshd({ config: [without(...off)] })
    await using worker = await startTransferWorker(accessTo(sshd))
    const put = async (): Promise<void> => {
      const uploads = await Promise.all(
        ['a', 'b', 'c', 'd'].map((id) => makeUpload(sshd, id, 150_000, { verify: 'read-back', ...known() })),
      )
      const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
      expect(results).toEqual([storesAs('a-2.png'), storesAs('b.png'), storesAs('c.png'), storesAs('d.png')])
      for (const [n, { sha256 }] of uploads.entries()) {
        expect(await sha256Of(join(sshd.root, n === 0 ? 'a-2.png' : `${'abcd'[n]}.png`))).toBe(sha256)
      }
    }
    const known = () => worker.learnt.slice(-1).map(({ facts }) => ({ known: facts }))[0] ?? {}
    await writeFile(join(sshd.root, 'a.png'), 'theirs')
    await put()
    expect(await readFile(join(sshd.root, 'a.png'), 'utf8')).toBe('theirs')
    expect((await readdir(sshd.root)).sort()).toEqual(['a-2.png', 'a.png', 'b.png', 'c.png', 'd.png'])
    expect(worker.learnt.map(({ remoteDir, facts }) => [remoteDir, facts.naming])).toEqual([[sshd.root, naming]])

    await using later = await startTransferWorker(accessTo(sshd))
    const upload = await makeUpload(sshd, 'e', 1000, known())
    expect(await later.put(upload)).toEqual(storesAs('e.png'))
    expect(later.learnt).toEqual([])
  },
)

test('[same number] a name that somebody is just taking is passed over; what guarded it is swept when it is a day old', async () => {
  const config = [without('hardlink', 'posix-rename', 'fsync', 'statvfs', 'limits')]
  await using sshd = await startSshd({ config })
  await using worker = await startTransferWorker(accessTo(sshd))
  const guards = ['a.png', 'b.png'].map((name) => guardPath(join(sshd.root, name), 'hidden'))
  for (const guard of guards) await mkdir(guard)
  expect(await worker.put(await makeUpload(sshd, 'a', 1000))).toEqual(storesAs('a-2.png'))
  expect(worker.learnt.at(-1)?.facts.naming).toBe('rename')

  const aDayAgo = new Date(Date.now() - 25 * 3600_000)
  await utimes(guards[0] ?? '', aDayAgo, aDayAgo)
  const request = { nasId: 'nas', remoteDir: sshd.root, keepItemIds: [], dropKeptOf: [] }
  expect(await worker.peer.call('sweepFolder', request)).toMatchObject({ ok: true })
  expect((await readdir(sshd.root)).sort()).toEqual([basename(guards[1] ?? ''), 'a-2.png'])
})

test('[rename done and refused] a folder that gives no name up gets each file once, and theirs stays', async (context) => {
  const why = whyNoSmallDisk()
  if (why !== null) return context.skip(why)
  await using sshd = await startSshd()
  const folder = join(sshd.root, 'kept')
  await mkdir(folder)
  await writeFile(join(folder, 'a.png'), 'theirs')
  const sealed = await run('chattr', ['+a', folder]).catch((error: unknown) => String(error))
  if (typeof sealed === 'string') return context.skip(`needs a disk with append-only folders: ${sealed}`)
  try {
    await using worker = await startTransferWorker(accessTo(sshd))
    const uploads = await Promise.all(
      ['a', 'b'].map((id) => makeUpload(sshd, id, 50_000, { remoteDir: folder, verify: 'read-back' })),
    )
    const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
    expect(results).toEqual([storesAs('a-2.png'), storesAs('b.png')])
    const names = (await readdir(folder)).filter((name) => name.endsWith('.png'))
    expect(names.sort()).toEqual(['a-2.png', 'a.png', 'b.png'])
    expect(await readFile(join(folder, 'a.png'), 'utf8')).toBe('theirs')
  } finally {
    await run('chattr', ['-a', folder])
  }
})

test('[names not given] a NAS that lets no file have its name says so, with the folder', async () => {
  await using sshd = await startSshd({ config: [without('rename', 'posix-rename', 'hardlink')] })
  await using worker = await startTransferWorker(accessTo(sshd))
  const upload = await makeUpload(sshd, 'a', 1000)
  expect(await worker.put(upload)).toEqual(failsWith('rename-refused', sshd.root))
  expect(await readdir(sshd.root)).toEqual([])
})

test('[files from before] hundreds of names that the folder has are passed over at once, by one listing for all', async () => {
  await using sshd = await startSshd()
  let next = 1
  await using worker = await startTransferWorker(accessTo(sshd), ({ foreign }) => {
    for (const [first, last] of worker.taken.flat()) if (next >= first && next <= last) next = last + 1
    return foreign === undefined ? `UV ${next++}.png` : 'none.png'
  })
  for (let number = 1; number <= 300; number++) await writeFile(join(sshd.root, `UV ${number}.png`), 'theirs')
  // To people another file of that number is the same design.
  for (const name of ['UV 301.psd', 'uv 302.JPG', 'UV 303']) await writeFile(join(sshd.root, name), 'theirs')
  const numbering = { templateId: 'uv', code: 'UV', namePattern: 'UV {number}' }
  const uploads = await Promise.all(
    Array.from({ length: 12 }, (_, n) => makeUpload(sshd, `item ${n}`, 1000, { numbering })),
  )
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  const names = results.map((result) => (result.ok ? result.value.fileName : result.failure.code))
  expect(names.sort()).toEqual(Array.from({ length: 12 }, (_, n) => `UV ${304 + n}.png`))
  expect(worker.taken).toEqual([[[1, 303]]])
})

test('[folder of another NAS] a root that is not there and cannot be made is told with what is there', async (context) => {
  await using sshd = await startSshd()
  if (sshd.testUser === null) return context.skip('a user with fewer rights needs root')
  const nas = { ...sshd.nas, user: sshd.testUser.user, root: '/volume1/designs' }
  await using worker = await startTransferWorker(accessTo(sshd, { nas }))
  const upload = await makeUpload(sshd, 'a', 1000, { remoteDir: '/volume1/designs/shop' })
  expect(await worker.put(upload)).toEqual(failsWith('folder-missing', '/volume1 is not there; in / there are '))
})
