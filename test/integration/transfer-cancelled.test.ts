import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, startTransferWorker, storesAs } from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

test('[cancel during the rename] cancelling while the name is asked for ends without a file; once the rename is sent, with one', async () => {
  await using sshd = await startSshd()
  for (const when of ['before', 'after'] as const) {
    const abort = new AbortController()
    using transfers = startTransfers(accessTo(sshd), {
      takeName: () => {
        if (when === 'before') abort.abort()
        // Runs after the rename was sent, in the turn that this answer starts.
        else setImmediate(() => abort.abort())
        return 'a.png'
      },
    })
    const upload = await makeUpload(sshd, 'a', 1000)
    const result = await transfers.put(upload, undefined, abort.signal)
    expect(result).toEqual(when === 'before' ? failsWith('cancelled') : storesAs('a.png'))
    expect(await readdir(sshd.root)).toEqual(when === 'before' ? [] : ['a.png'])
  }
})

test('cancelling files that wait for a connection ends them at once', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  proxy.chaos.stalled = true
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const abort = new AbortController()
  const put = worker.put(await makeUpload(sshd, 'a', 1000), { signal: abort.signal })
  abort.abort()
  expect(await put).toEqual(failsWith('cancelled'))
})

test.each([
  ['was done is told as stored', true],
  ['was not done ends the file without one', false],
])(
  '[cancel during the rename] cancelling a file whose rename may have been sent, and %s',
  async (_outcome, wasDone) => {
    await using sshd = await startSshd()
    using transfers = startTransfers(accessTo(sshd), { takeName: () => 'b.png' })
    const settle = { fileName: 'a.png', attempt: 1 }
    const upload = await makeUpload(sshd, 'a', 50_000, { attempt: 2, settle })
    if (wasDone) await copyFile(upload.source.path, join(sshd.root, 'a.png'))
    else await writeFile(join(sshd.root, '.galley-a-1.part'), 'verified, and not renamed')
    const result = await transfers.put(upload, undefined, AbortSignal.abort())
    expect(result).toEqual(wasDone ? storesAs('a.png') : failsWith('cancelled'))
    expect(await readdir(sshd.root)).toEqual(wasDone ? ['a.png'] : [])
  },
)
