import { open, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { PutEvent, PutRequest, ResumePoint } from '../../src/shared/worker/transfer.ts'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { type Sshd, startSshd, WITHOUT_COPY } from '../support/sshd.ts'
import {
  accessTo,
  failsWith,
  makeUpload,
  sha256Of,
  startTransferWorker,
  storesAs,
  type TransferWorker,
} from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

const MB = 1_000_000
/** `GALLEY_TEST_LARGE_MB=200 npm run integration -- resume` for a larger file than is tried each time. */
const LARGE_MB = Number(process.env.GALLEY_TEST_LARGE_MB ?? 64)

vi.setConfig({ testTimeout: 180_000 })

interface Cut {
  readonly upload: PutRequest
  readonly resume: ResumePoint
}

/** Uploads a file of `sizeBytes` through the proxy, and cuts the connection when the NAS has `cutAt` of them. */
async function cutUpload(
  { sshd, proxy, worker }: { sshd: Sshd; proxy: ChaosProxy; worker: TransferWorker },
  sizeBytes: number,
  cutAt: number,
): Promise<Cut> {
  const upload = await makeUpload(sshd, 'a', sizeBytes)
  let offset = 0
  proxy.chaos.delayMs = 20
  const cut = worker.put(upload, {
    onEvent: (event) => {
      if (event.kind === 'sent') offset = event.ackedBytes
    },
  })
  await vi.waitFor(async () => expect((await stat(join(sshd.root, '.galley-a-1.part'))).size).toBeGreaterThan(cutAt), {
    timeout: 90_000,
    interval: 5,
  })
  const cutSessions = await sshd.sessions()
  proxy.resetAll()
  proxy.chaos.delayMs = 0
  expect(await cut).toEqual(failsWith('connection-lost'))
  // Until then they may still write what they have of it.
  const left = async (): Promise<number[]> => (await sshd.sessions()).filter((pid) => cutSessions.includes(pid))
  await vi.waitFor(async () => expect(await left()).toEqual([]), 20_000)
  return { upload, resume: { attempt: 1, offset, isClosed: false } }
}

test('a large file cut at three quarters goes on from there: at most 10 MB are sent twice', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const { upload, resume } = await cutUpload({ sshd, proxy, worker }, LARGE_MB * MB, LARGE_MB * 0.75 * MB)
  const events: PutEvent[] = []
  const again = await worker.put({ ...upload, attempt: 2, resume }, { onEvent: (event) => events.push(event) })
  expect(again).toEqual({ ok: true, value: expect.objectContaining({ fileName: 'a.png', verifiedBy: 'read-back' }) })
  expect(events[0]).toEqual({ kind: 'resumed', ackedBytes: resume.offset })
  expect(proxy.bytesUp).toBeLessThan((LARGE_MB + 10) * MB)
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('an upload cut while its bytes are read back sends none of them again', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const upload = await makeUpload(sshd, 'a', 20 * MB, { verify: 'read-back' })
  const events: PutEvent[] = []
  const onEvent = (event: PutEvent): void => {
    events.push(event)
    if (event.kind === 'verifying') proxy.resetAll()
  }
  expect(await worker.put(upload, { onEvent })).toEqual(failsWith('connection-lost'))
  expect(events.at(-1)).toEqual({ kind: 'sent', ackedBytes: 20 * MB })
  const resume = { attempt: 1, offset: 20 * MB, isClosed: false }
  expect(await worker.put({ ...upload, attempt: 2, resume })).toEqual(storesAs('a.png'))
  expect(proxy.bytesUp).toBeLessThan(21 * MB)
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('bytes damaged below the offset are seen, whatever the policy, and the file is sent anew', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const { upload, resume } = await cutUpload({ sshd, proxy, worker }, 20 * MB, 10 * MB)
  const part = await open(join(sshd.root, '.galley-a-1.part'), 'r+')
  await part.write('damage', 1000)
  await part.close()
  expect(upload.verify).toBe('size')
  expect(await worker.put({ ...upload, attempt: 2, resume })).toEqual(failsWith('verification-failed'))
  expect(await readdir(sshd.root)).toEqual([])
  expect(await worker.put({ ...upload, attempt: 3, resume: { ...resume, attempt: 2 } })).toEqual(storesAs('a.png'))
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('a temporary file shorter than what was acknowledged is not continued', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const { upload, resume } = await cutUpload({ sshd, proxy, worker }, 20 * MB, 10 * MB)
  await truncate(join(sshd.root, '.galley-a-1.part'), resume.offset - 1)
  const events: PutEvent[] = []
  const again = await worker.put({ ...upload, attempt: 2, resume }, { onEvent: (event) => events.push(event) })
  expect(again).toEqual(storesAs('a.png'))
  expect(events.filter(({ kind }) => kind === 'resumed')).toEqual([])
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('a NAS that cannot copy gets the whole file anew, into a file that no earlier session has open', async () => {
  await using sshd = await startSshd({ config: [WITHOUT_COPY] })
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const { upload, resume } = await cutUpload({ sshd, proxy, worker }, 20 * MB, 10 * MB)
  const events: PutEvent[] = []
  const again = await worker.put({ ...upload, attempt: 2, resume }, { onEvent: (event) => events.push(event) })
  expect(again).toEqual({ ok: true, value: expect.objectContaining({ fileName: 'a.png', verifiedBy: 'size' }) })
  expect(events.filter(({ kind }) => kind === 'resumed')).toEqual([])
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})

test('a file changed since the cut is never joined to what was sent before', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  await using worker = await startTransferWorker(accessTo(sshd, { through: proxy }))
  const { upload, resume } = await cutUpload({ sshd, proxy, worker }, 20 * MB, 10 * MB)
  const changed = await makeUpload(sshd, 'a', 20 * MB)
  expect(await worker.put({ ...changed, sha256: upload.sha256, attempt: 2, resume })).toEqual(
    failsWith('source-changed'),
  )
  expect(await readdir(sshd.root)).toEqual([])
})

test('[session frozen] a frozen session that wakes writes into its own file, never into the one that goes on', async () => {
  await using sshd = await startSshd()
  await using proxy = await startChaosProxy(sshd)
  using transfers = startTransfers(accessTo(sshd, { through: proxy }), { deadlines: { progressMs: 600 } })
  const upload = await makeUpload(sshd, 'a', 20 * MB)
  const part = join(sshd.root, '.galley-a-1.part')
  let offset = 0
  proxy.chaos.delayMs = 20
  const cut = transfers.put(upload, (event) => {
    if (event.kind === 'sent') offset = event.ackedBytes
  })
  await vi.waitFor(async () => expect((await stat(part)).size).toBeGreaterThan(10 * MB), {
    timeout: 20_000,
    interval: 5,
  })
  // Kept open, so that its number is not given to another file.
  await using frozenFile = await open(part)
  await sshd.signalSessions('SIGSTOP')
  expect(await cut).toEqual(failsWith('nas-timeout', 'no answer'))
  proxy.chaos.delayMs = 0
  const kinds: string[] = []
  const again = await transfers.put(
    { ...upload, attempt: 2, resume: { attempt: 1, offset, isClosed: false } },
    ({ kind }) => {
      kinds.push(kind)
    },
  )
  expect(again).toEqual(storesAs('a.png'))
  expect(kinds).toContain('resumed')
  expect((await stat(join(sshd.root, 'a.png'))).ino).not.toBe((await frozenFile.stat()).ino)
  await sshd.signalSessions('SIGCONT')
  await vi.waitFor(async () => expect((await sshd.sessions()).length).toBeLessThanOrEqual(2), 20_000)
  expect(await readdir(sshd.root)).toEqual(['a.png'])
  expect(await sha256Of(join(sshd.root, 'a.png'))).toBe(upload.sha256)
})
