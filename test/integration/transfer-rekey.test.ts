import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openConnection } from '../../src/engine/transfer/connection/connection.ts'
import { createRateLimits } from '../../src/engine/transfer/connection/rate-limit.ts'
import { DEFAULT_DEADLINES } from '../../src/engine/transfer/connection/settings.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { expectOk } from '../support/engine.ts'
import { sayGoodbye, startSshServer } from '../support/ssh-server.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, failsWith, makeUpload, sha256Of, startTransferWorker, storesAs } from '../support/transfer-worker.ts'

const MB = 1_000_000

test('[keys changed] a connection that is cut after its keys were changed is a lost one, and the file goes on', async () => {
  await using sshd = await startSshd({ config: ['RekeyLimit 1M'] })
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 12 * MB)
  let offset = 0
  proxy.chaos.upBytesPerSecond = 8 * MB
  const cut = worker.put(upload, {
    onEvent: (event) => {
      if (event.kind === 'sent') offset = event.ackedBytes
    },
  })
  await proxy.untilSent(6 * MB)
  await vi.waitFor(() => expect(offset).toBeGreaterThan(3 * MB), 10_000)
  const cutSessions = await sshd.sessions()
  proxy.resetAll()
  expect(await cut).toEqual(failsWith('connection-lost'))
  // Until then they may still write what they have of it.
  const left = async (): Promise<number[]> => (await sshd.sessions()).filter((pid) => cutSessions.includes(pid))
  await vi.waitFor(async () => expect(await left()).toEqual([]), 20_000)
  const before = proxy.bytesUp
  proxy.chaos.upBytesPerSecond = null
  const resumed = await worker.put({ ...upload, attempt: 2, resume: { attempt: 1, offset, isClosed: false } })
  expect(resumed).toEqual(storesAs('a.png'))
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
  expect(proxy.bytesUp - before).toBeLessThan(10 * MB)
})

/** Reasons of RFC 4253, 11.1. */
test.for([
  ['protocol error', 2],
  ['service not available', 7],
  ['too many connections', 12],
] as const)(
  '[keys changed] a goodbye after it, %s, is a lost connection and no refused sign-in',
  async ([, reason]) => {
    await using nas = await startSshServer()
    const settings = {
      deadlines: DEFAULT_DEADLINES,
      keyTypes: new Map(),
      limits: createRateLimits(() => performance.now()),
    }
    const connection = expectOk(await openConnection(nas.access, settings, () => performance.now()))
    const [served] = nas.connections
    if (served === undefined) throw new Error('the server saw no connection')
    await new Promise<void>((resolve) => served.rekey(() => resolve()))
    expect(await connection.sftp.realpath('/')).toEqual({ ok: true, value: '/' })
    sayGoodbye(served, reason, 'The NAS is restarted for an update')
    expect(await connection.closed).toMatchObject({
      code: 'connection-lost',
      detail: 'The NAS is restarted for an update',
    })
  },
)
