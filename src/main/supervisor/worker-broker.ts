import type { UtilityProcess } from 'electron'
import { z } from 'zod'
import type { ToUtility } from '../../shared/worker/message-port.ts'
import { WORKER_KINDS } from '../../shared/worker/port.ts'
import { type Forking, forkUtility, killHard, servedPort } from './utility-child.ts'

const askSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('spawn'), token: z.number().int(), kind: z.enum(WORKER_KINDS) }),
  z.object({ t: z.literal('kill'), token: z.number().int() }),
])

/** Starts workers for the engine process, which may not fork: each gets a channel of its own to the engine, past main.
 *  The engine's end is the workers' end. */
export function brokerWorkers(engine: UtilityProcess, forking: Forking): void {
  const workers = new Map<number, UtilityProcess>()
  let engineLives = true
  const tell = (message: ToUtility, ports: Electron.MessagePortMain[] = []): void => {
    if (engineLives) engine.postMessage(message, ports)
  }

  engine.on('message', (message: unknown) => {
    const ask = askSchema.parse(message)
    if (ask.t === 'kill') {
      const worker = workers.get(ask.token)
      if (worker !== undefined) killHard(worker)
      return
    }
    const { token, kind } = ask
    const worker = forkUtility(forking, kind)
    const port = servedPort(worker)
    workers.set(token, worker)
    worker.once('spawn', () => {
      if (engineLives) tell({ t: 'spawned', token, pid: worker.pid }, [port])
      else killHard(worker)
    })
    worker.once('exit', (code) => {
      workers.delete(token)
      tell({ t: 'exited', token, code })
    })
  })
  engine.once('exit', () => {
    engineLives = false
    for (const worker of workers.values()) killHard(worker)
  })
}
