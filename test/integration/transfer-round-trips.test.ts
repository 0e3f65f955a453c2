import { expect, test } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { smallFileRoundTrips } from '../support/small-file-round-trips.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, startTransferWorker } from '../support/transfer-worker.ts'

// At 80 ms, each one more is a fifth or a third of what a small file takes.
test('a small file costs OpenSSH no round trip more: open, bytes, name; and one for reading back', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const place = { scratch: sshd.scratch, remoteDir: sshd.root }
  expect(await smallFileRoundTrips(worker, place, proxy, 'size')).toBe(3)
  expect(await smallFileRoundTrips(worker, place, proxy, 'read-back')).toBe(4)
})
