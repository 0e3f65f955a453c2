import { expect, test } from 'vitest'
import type { PutEvent } from '../../src/shared/worker/transfer.ts'
import { startSshd } from '../support/sshd.ts'
import { accessTo, makeUpload, storesAs } from '../support/transfer-worker.ts'
import { startTransfers } from '../support/transfers.ts'

const MB = 1_000_000

test('a limit holds over all uploads and can be raised while they run', async () => {
  await using sshd = await startSshd()
  using transfers = startTransfers(accessTo(sshd))
  transfers.limitRate(1 * MB)
  const uploads = await Promise.all(['a', 'b', 'c'].map((id) => makeUpload(sshd, id, 6 * MB)))
  const acked = new Map<string, number>()
  const sum = (): number => [...acked.values()].reduce((all, bytes) => all + bytes, 0)
  const begun = performance.now()
  const { promise: halfway, resolve } = Promise.withResolvers<number>()
  const puts = uploads.map((upload) =>
    transfers.put(upload, (event) => {
      if (event.kind === 'sent') acked.set(upload.itemId, event.ackedBytes)
      if (sum() >= 5 * MB) resolve(performance.now() - begun)
    }),
  )
  const halfwayMs = await halfway
  const shares = [...acked.values()]
  transfers.limitRate(null)
  const raisedAt = performance.now()
  for (const put of puts) expect(await put).toEqual({ ok: true, value: expect.objectContaining({ sizeBytes: 6 * MB }) })
  expect(halfwayMs).toBeGreaterThan(4000)
  expect(halfwayMs).toBeLessThan(6250)
  // The 13 MB that were left would have taken 13 s.
  expect(performance.now() - raisedAt).toBeLessThan(5000)
  expect(shares).toHaveLength(3)
  for (const share of shares) expect(share).toBeGreaterThan(1 * MB)
})

test('an upload at the lowest rate is not taken for a stalled one, and is seen to move', async () => {
  await using sshd = await startSshd()
  using transfers = startTransfers(accessTo(sshd), { deadlines: { progressMs: 200, keepaliveMs: 200 } })
  transfers.limitRate(16 * 1000)
  let movedAt = performance.now()
  let longestMs = 0
  const upload = await makeUpload(sshd, 'a', 48_000)
  const put = transfers.put(upload, ({ kind }) => {
    if (kind === 'sent') longestMs = Math.max(longestMs, performance.now() - movedAt)
    movedAt = performance.now()
  })
  expect(await put).toEqual(storesAs('a.png'))
  expect(longestMs).toBeGreaterThan(0)
  expect(longestMs).toBeLessThan(1000)
})

test('what is read back to be compared keeps to the limit too', async () => {
  await using sshd = await startSshd()
  using transfers = startTransfers(accessTo(sshd))
  transfers.limitRate(1 * MB)
  const upload = await makeUpload(sshd, 'a', 2 * MB, { verify: 'read-back' })
  let verifyingAt = Number.NaN
  const onEvent = ({ kind }: PutEvent): void => {
    if (kind === 'verifying' && Number.isNaN(verifyingAt)) verifyingAt = performance.now()
  }
  expect(await transfers.put(upload, onEvent)).toEqual(storesAs('a.png'))
  expect(performance.now() - verifyingAt).toBeGreaterThan(1400)
})
