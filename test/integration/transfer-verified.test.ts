import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  startTransferWorker,
  storesAs,
  untilPartGrows,
} from '../support/transfer-worker.ts'

test.each([
  ['its bytes', 'read-back', 0],
  ['its size', 'size', 40_000_000],
] as const)(
  'a file that is not on the NAS as it was sent is told by %s, and sent again',
  async (_by, verify, position) => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    const access = accessTo(sshd, { through: proxy })
    await using worker = await startTransferWorker(access)
    const upload = await makeUpload(sshd, 'a', 20_000_000, { verify })
    proxy.chaos.delayMs = 50
    const first = worker.put(upload)
    await untilPartGrows(sshd.root)
    const part = await open(join(sshd.root, '.galley-a-1.part'), 'r+')
    await part.write('damage', position)
    await part.close()
    proxy.chaos.delayMs = 0
    expect(await first).toEqual(failsWith('verification-failed'))
    expect(await readdir(sshd.root)).toEqual([])
    expect(worker.names).toEqual([])
    expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
  },
)
