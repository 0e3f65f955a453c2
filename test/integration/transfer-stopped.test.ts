import { copyFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { PutEvent } from '../../src/shared/worker/transfer.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { startSshd, WITHOUT_COPY } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  lastGrowthMs,
  makeUpload,
  sha256Of,
  startTransferWorker,
  storesAs,
  untilPartGrows,
} from '../support/transfer-worker.ts'

const MB = 1_000_000

test('a stopped upload leaves what it sent, and the next goes on in the same file, also on a NAS that cannot copy', async () => {
  await using sshd = await startSshd({ config: [WITHOUT_COPY] })
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 20 * MB)
  const part = join(sshd.root, '.galley-a-1.part')
  const abort = new AbortController()
  const events: PutEvent[] = []
  proxy.chaos.delayMs = 20
  const put = worker.put(upload, { signal: abort.signal, onEvent: (event) => events.push(event) })
  await vi.waitFor(async () => expect((await stat(part)).size).toBeGreaterThan(10 * MB), {
    timeout: 20_000,
    interval: 5,
  })
  abort.abort()
  expect(await put).toEqual(failsWith('cancelled'))
  const { size: offset, ino } = await stat(part)
  expect(events.at(-1)).toEqual({ kind: 'left', ackedBytes: offset })

  proxy.chaos.delayMs = 0
  const resume = { attempt: 1, offset, isClosed: true }
  expect(await worker.put({ ...upload, attempt: 2, resume })).toEqual(storesAs('a.png'))
  expect(proxy.bytesUp).toBeLessThan(20.5 * MB)
  expect((await stat(join(sshd.root, 'a.png'))).ino).toBe(ino)
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('an upload stopped while its bytes are read back sends none of them again', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 5 * MB, { verify: 'read-back' })
  const abort = new AbortController()
  const onEvent = ({ kind }: PutEvent): void => {
    if (kind === 'verifying') abort.abort()
  }
  proxy.chaos.delayMs = 50
  expect(await worker.put(upload, { signal: abort.signal, onEvent })).toEqual(failsWith('cancelled'))
  const resume = { attempt: 1, offset: 5 * MB, isClosed: true }
  expect(await worker.put({ ...upload, attempt: 2, resume })).toEqual(storesAs('a.png'))
  expect(proxy.bytesUp).toBeLessThan(5.1 * MB)
})

test('an upload stopped while it takes over what an earlier one left keeps that, and nothing of its own', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 10 * MB)
  await copyFile(upload.source.path, join(sshd.root, '.galley-a-1.part'))
  const abort = new AbortController()
  const resume = { attempt: 1, offset: 8 * MB, isClosed: false }
  proxy.chaos.delayMs = 100
  const put = worker.put({ ...upload, attempt: 2, resume }, { signal: abort.signal })
  await vi.waitFor(() => stat(join(sshd.root, '.galley-a-2.part')), { timeout: 20_000, interval: 5 })
  abort.abort()
  expect(await put).toEqual(failsWith('cancelled'))
  expect(await readdir(sshd.root)).toEqual(['.galley-a-1.part'])
})

test('on a slow line, too, bytes stop within a second, and are not counted as left for certain', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const [one, other] = [await makeUpload(sshd, 'a', 20 * MB), await makeUpload(sshd, 'b', 20 * MB)]
  const abort = new AbortController()
  const events: PutEvent[] = []
  const options = { signal: abort.signal, onEvent: (event: PutEvent) => events.push(event) }
  // Two seconds of it and more are under way at any time.
  proxy.chaos.upBytesPerSecond = 0.5 * MB
  const puts = [worker.put(one, options), worker.put(other, options)]
  await untilPartGrows(sshd.root)
  const stoppedAt = performance.now()
  abort.abort()
  expect((await lastGrowthMs(sshd.root)) - stoppedAt).toBeLessThan(1000)
  for (const put of puts) expect(await put).toEqual(failsWith('cancelled'))
  expect(events.filter(({ kind }) => kind === 'left')).toEqual([])
})

test.each([
  { lineMb: 3, delayMs: 20, whenMb: 3 },
  // Both connections have only begun, and know nothing of the line yet.
  { lineMb: 1, delayMs: 100, whenMb: 0.1 },
  { lineMb: 1, delayMs: 100, whenMb: 1 },
])(
  'on a line of $lineMb MB/s and $delayMs ms that others go on using, bytes of stopped uploads stop within a second as well, stopped at $whenMb MB',
  async ({ lineMb, delayMs, whenMb }) => {
    await using sshd = await startSshd()
    await using proxy = await startChaosProxy(sshd)
    await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
    const [stoppedDir, otherDir] = [join(sshd.root, 'stopped'), join(sshd.root, 'others')]
    const make = (remoteDir: string) => (id: string) => makeUpload(sshd, id, 15 * MB, { remoteDir })
    const stopped = await Promise.all(['a', 'b'].map(make(stoppedDir)))
    const others = await Promise.all(['c', 'd'].map(make(otherDir)))
    const abort = new AbortController()
    proxy.chaos.delayMs = delayMs
    proxy.chaos.upBytesPerSecond = lineMb * MB
    const stoppedPuts = stopped.map((upload) => worker.put(upload, { signal: abort.signal }))
    const { promise: settled, resolve } = Promise.withResolvers<void>()
    const onEvent = (event: PutEvent): void => {
      if (event.kind === 'sent' && event.ackedBytes > whenMb * MB) resolve()
    }
    const otherPuts = others.map((upload) => worker.put(upload, { onEvent }))
    await settled
    const stoppedAt = performance.now()
    abort.abort()
    const grownMs = (await lastGrowthMs(stoppedDir)) - stoppedAt
    expect(grownMs).toBeLessThan(1000)
    for (const put of stoppedPuts) expect(await put).toEqual(failsWith('cancelled'))
    proxy.chaos.upBytesPerSecond = null
    for (const put of otherPuts) expect(await put).toMatchObject({ ok: true })
  },
)
