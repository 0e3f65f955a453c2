import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openConnection } from '../../src/engine/transfer/connection/connection.ts'
import { createRateLimits } from '../../src/engine/transfer/connection/rate-limit.ts'
import { DEFAULT_DEADLINES } from '../../src/engine/transfer/connection/settings.ts'
import { failure } from '../../src/shared/domain/failure.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { startSshd } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  sha256Of,
  startTransferWorker,
  storesAs,
  untilPartGrows,
} from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

test('[refused for a while] a NAS that is down is a failure to retry, and works once it is back', async () => {
  await using sshd = await startSshd()
  await using worker = await startTransferWorker(accessTo(sshd))
  const upload = await makeUpload(sshd, 'a', 1000)
  await sshd.stop()
  expect(await worker.put(upload)).toEqual(failsWith('nas-unreachable', 'ECONNREFUSED'))
  await sshd.start()
  expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
})

test('[session killed] a session killed in the middle of a file leaves one object in the end, and no temporary file', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 20_000_000)
  proxy.chaos.delayMs = 50
  const first = worker.put(upload)
  await untilPartGrows(sshd.root)
  expect(await sshd.signalSessions('SIGKILL')).toBeGreaterThan(0)
  expect(await first).toEqual(failsWith('connection-lost'))
  proxy.chaos.delayMs = 0
  expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('[session frozen] a frozen session is noticed, and does nothing wrong when it wakes', async () => {
  await using sshd = await startSshd()
  using transfers = startTransfers(accessTo(sshd), {
    deadlines: { progressMs: 600 },
    takeName: async ({ itemId, attempt }) => {
      // Frozen before the rename is done: it lies in the session's queue.
      if (attempt === 1) await sshd.signalSessions('SIGSTOP')
      return `${itemId}.png`
    },
  })
  const upload = await makeUpload(sshd, 'a', 3_000_000)
  expect(await transfers.put(upload)).toEqual(failsWith('nas-timeout', 'no answer'))
  const settle = { fileName: 'a.png', attempt: 1 }
  expect(await transfers.put({ ...upload, attempt: 2, settle })).toEqual(storesAs('a.png'))
  await sshd.signalSessions('SIGCONT')
  await vi.waitFor(async () => expect((await sshd.sessions()).length).toBeLessThanOrEqual(2), 20_000)
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('[black hole] a connection in it is found by keepalives, long before the progress deadline, and replaced', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }), { deadlines: { keepaliveMs: 100 } })
  const put = async (id: string): Promise<unknown> => transfers.put(await makeUpload(sshd, id, 1000))
  expect(await put('a')).toEqual(storesAs('a.png'))
  proxy.chaos.stalled = true
  expect(await put('b')).toEqual(failsWith('nas-timeout', 'Keepalive'))
  proxy.chaos.stalled = false
  expect(await put('b')).toEqual(storesAs('b.png'))
  expect(proxy.accepted).toBe(2)
})

test('[corrupted byte] a byte changed on the way never reaches a final name', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 2_000_000)
  proxy.chaos.corruptAtByte = 1_000_000
  expect(await worker.put(upload)).toEqual(failsWith('connection-lost'))
  expect(await readdir(sshd.root)).not.toContain('a.png')
  expect(await worker.put({ ...upload, attempt: 2 })).toEqual(storesAs('a.png'))
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('[NAS takes few connections] a server that takes few connections is used with those it takes', async () => {
  await using sshd = await startSshd({ config: ['MaxStartups 1:100:1'] })
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy, maxConnections: 3 }))
  expect(await worker.put(await makeUpload(sshd, 'first', 1000))).toEqual(storesAs('first.png'))
  proxy.chaos.refusing = true
  const ids = Array.from({ length: 40 }, (_, n) => `s${n}`)
  const uploads = await Promise.all(ids.map((id) => makeUpload(sshd, id, 50_000)))
  const results = await Promise.all(uploads.map((upload) => worker.put(upload)))
  for (const [n, result] of results.entries()) expect(result).toEqual(storesAs(`s${n}.png`))
  expect(proxy.accepted).toBe(1)
})

test('work on a connection that has just ended finds no further channel, and no fault', async () => {
  await using sshd = await startSshd()
  const connection = expectOk(
    await openConnection(
      accessTo(sshd),
      {
        deadlines: DEFAULT_DEADLINES,
        keyTypes: new Map(),
        limits: createRateLimits(() => performance.now()),
      },
      () => performance.now(),
    ),
  )
  connection.destroy(failure('connection-lost'))
  // So much of it that another channel is wanted.
  const found = await connection.use(100, ({ sftp }) => sftp.realpath('.'))
  expect(found).toMatchObject({ ok: false, fault: { kind: 'lost', failure: { code: 'connection-lost' } } })
})
