import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startProftpd } from '../support/servers/proftpd.ts'
import { whyNot } from '../support/servers/server-kind.ts'
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

test('ProFTPD, where each step is awaited and a file is closed before it has its name, costs no round trip more either', async (context) => {
  const why = whyNot({ programs: ['proftpd'], needs: 'root' })
  if (why !== null) return context.skip(why)
  await using server = await startProftpd({ config: ['HiddenStores on', 'AllowOverwrite on'] })
  await using proxy = await startChaosProxy(server)
  const { nas, hostKeyFingerprint: hostKey, scratch } = server
  await using worker = await startTransferWorker({ nas: { ...nas, port: proxy.port }, hostKey, maxConnections: 2 })
  const place = { scratch, remoteDir: posix.join(nas.root, 'shop') }
  // Open, bytes, sync and size, close; a look, rename; open, sync: the name. Read back: open, bytes.
  expect(await smallFileRoundTrips(worker, place, proxy, 'size')).toBe(8)
  expect(await smallFileRoundTrips(worker, place, proxy, 'read-back')).toBe(10)
})
