import { randomUUID } from 'node:crypto'
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import { extname, join } from 'node:path'
import { createEngine } from '../engine/engine.ts'
import { forkChild } from '../engine/workers/fork-child.ts'
import { failure } from '../shared/domain/failure.ts'
import { fail } from '../shared/domain/result.ts'
import { type EngineContract, type EngineHostContract, engineInputs } from '../shared/ipc/engine.ts'
import { describeDetail } from '../shared/texts/details-en.ts'
import { createPeer, type Handlers } from '../shared/worker/peer.ts'
import { brokerWorkers } from './electron-host.ts'
import { openFileLog } from './file-log.ts'
import { openParentPort } from './parent-port.ts'
import { watchVitals } from './vitals.ts'

// The engine process: argument 1 is the data folder; with `idle` after it, it only answers questions. What cannot start
// answers every call with the reason.
const [, , dataDir, mode] = process.argv
if (dataDir === undefined) throw new Error('The engine needs its data folder as argument.')

// Of a backend's several addresses each gets its time: a quarter of a second is too short for another continent.
setDefaultAutoSelectFamilyAttemptTimeout(5_000)

const log = openFileLog(join(dataDir, 'logs'), 'engine', Date.now)
const port = openParentPort()
const readVitals = watchVitals()
const brokered = brokerWorkers()

const started = createEngine({
  dataDir,
  vitals: readVitals,
  idle: mode === 'idle',
  host: {
    spawnWorker: (kind) =>
      brokered?.(kind) ?? forkChild(new URL(`./${kind}${extname(import.meta.filename)}`, import.meta.url)),
    async secret(shopId, kind) {
      const answer = await host.call('secret', { shopId, kind })
      return answer.ok ? answer.value : null
    },
    agentPath: agentPath(),
    startAgain(because) {
      log.error('engine ends to start again', { code: because.code, detail: describeDetail(because.detail) })
      void log.close().then(() => process.exit(1))
    },
    clock: { now: Date.now, monotonic: () => performance.now() },
    random: Math.random,
    newId: randomUUID,
    log,
  },
}).catch((error: unknown) => {
  log.error('engine did not start', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return fail(failure('internal', String(error)))
})

const host = createPeer<EngineContract, EngineHostContract>(port, handlers(), (error, method) =>
  log.error('fault', { method, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
)

process.once('SIGTERM', async () => {
  const engine = await started
  if (engine.ok) await engine.value.stop()
  process.exit(0)
})

/** Windows has one place for its own agent; elsewhere whoever starts the agent says where it is. */
function agentPath(): string | null {
  return process.env.SSH_AUTH_SOCK ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null)
}

/** Each call waits until the engine has started. */
function handlers(): Handlers<EngineContract> {
  const methods = Object.keys(engineInputs) as (keyof EngineContract)[]
  const entries = methods.map((method) => [
    method,
    async (input: never, context: never) => {
      const engine = await started
      return engine.ok ? engine.value.handlers[method](input, context) : engine
    },
  ])
  return Object.fromEntries(entries) as Handlers<EngineContract>
}
