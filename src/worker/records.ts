import { embeddedWorkerEntry } from '../backend/database/embedded-worker-entry.ts'
import { type LocalService, startLocalService } from '../backend/local-service.ts'
import { makeIdentity } from '../backend/tls/kept-identity.ts'
import { fingerprintOf } from '../backend/tls/tls-identity.ts'
import { failure } from '../shared/domain/failure.ts'
import { fail, ok, type Result } from '../shared/domain/result.ts'
import { createPeer, done } from '../shared/worker/peer.ts'
import type { RecordsContract } from '../shared/worker/records.ts'
import { openParentPort } from './parent-port.ts'
import { watchVitals } from './vitals.ts'

// The process that keeps a shop's records on this computer. It ends when its database ended, so that the engine starts another.
const readVitals = watchVitals()
let starting: Promise<Result<Started>> | null = null

interface Started extends LocalService {
  readonly fingerprint: string
}

createPeer<RecordsContract, Record<never, never>>(openParentPort(), {
  async start({ folder }) {
    starting ??= start(folder).catch((error) => fail(failure('internal', String(error))))
    const started = await starting
    if (!started.ok) {
      starting = null
      return started
    }
    const { url, token, fingerprint, keptIn } = started.value
    return ok({ url, token, fingerprint, keptIn })
  },
  async stop() {
    const started = await starting
    if (started?.ok) await started.value.close()
    return done
  },
  vitals: () => ok(readVitals()),
})

async function start(folder: string): Promise<Result<Started>> {
  // The engine is told of it, and nobody else asks: each start may have its own.
  const pem = await makeIdentity()
  const identity = { key: pem, cert: pem }
  const started = await startLocalService({
    folder,
    workerEntry: embeddedWorkerEntry(import.meta.url),
    shopName: 'This computer',
    transport: { kind: 'tls', identity },
  })
  if (!started.ok) return started
  void started.value.lost.then((reason) => {
    if (reason !== null) process.exit(1)
  })
  return ok({ ...started.value, fingerprint: fingerprintOf(identity) })
}
