import { describeFailure } from '../../src/shared/domain/failure.ts'
import type { VerifyPolicy } from '../../src/shared/domain/shop.ts'
import type { ChaosProxy } from './chaos-proxy.ts'
import type { Sshd } from './sshd.ts'
import { makeUpload, type TransferWorker } from './transfer-worker.ts'

/** Longer than a server takes to sync a small file, so that what it answers is told apart from what it is asked next. */
const DELAY_MS = 40
const SMALL_BYTES = 20_000

/** Round trips of one small file over a connection that is open already, counted at the proxy on its way. */
export async function smallFileRoundTrips(
  worker: TransferWorker,
  { scratch, remoteDir }: Pick<Sshd, 'scratch'> & { readonly remoteDir: string },
  proxy: ChaosProxy,
  verify: VerifyPolicy,
): Promise<number> {
  const put = async (itemId: string): Promise<void> => {
    const upload = await makeUpload({ scratch, root: remoteDir }, itemId, SMALL_BYTES, { verify })
    const result = await worker.put(upload)
    if (!result.ok) throw new Error(`${result.failure.code}: ${describeFailure(result.failure)}`)
  }
  // Opens the connection, makes the folder, and learns what the server is like.
  await put(`first by ${verify}`)
  proxy.chaos.delayMs = DELAY_MS
  const before = proxy.roundTrips
  await put(`alone by ${verify}`)
  proxy.chaos.delayMs = 0
  return proxy.roundTrips - before
}
