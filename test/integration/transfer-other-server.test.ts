import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { generateHostKey, startPracticeNas } from '../../src/practice/nas.ts'
import { makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

test('a server other than OpenSSH, with its smaller writes and each step awaited, gets every file under a name of its own', async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-other-server-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const [scratch, root] = [join(home, 'scratch'), join(home, 'nas')]
  await mkdir(scratch)
  const faults: unknown[] = []
  const nas = await startPracticeNas({
    folder: root,
    hostKey: generateHostKey(),
    user: 'practice',
    password: 'tray-of-type',
    onFault: (error) => faults.push(error),
  })
  onTestFinished(() => nas.close())
  await using worker = await startTransferWorker()
  const access = {
    nas: { host: nas.host, port: nas.port, user: 'practice', root: '/' },
    password: 'tray-of-type',
    hostKey: nas.fingerprint,
    maxConnections: 2,
  }
  await worker.peer.call('openNas', { nasId: 'nas', access })

  await mkdir(join(root, 'shop'))
  await writeFile(join(root, 'shop', 'f0.png'), 'theirs')
  const sizes = [700_000, 0, 1, 3_000_000, ...Array.from({ length: 40 }, (_, n) => 20_000 + n)]
  const uploads = await Promise.all(
    sizes.map((size, n) => {
      const verify = n % 2 === 0 ? 'read-back' : 'size'
      return makeUpload({ scratch, root }, `f${n}`, size, { remoteDir: '/shop', verify })
    }),
  )
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  const nameOf = (n: number): string => (n === 0 ? 'f0-2.png' : `f${n}.png`)
  for (const [n, result] of results.entries()) expect(result).toEqual(storesAs(nameOf(n)))
  for (const [n, { sha256 }] of uploads.entries()) expect(await sha256Of(join(root, 'shop', nameOf(n)))).toBe(sha256)
  expect(await readFile(join(root, 'shop', 'f0.png'), 'utf8')).toBe('theirs')
  expect(await readdir(join(root, 'shop'))).toHaveLength(sizes.length + 1)
  expect(faults).toEqual([])
})
