import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { descendantsOf, endingWithTest, signalProcess } from '../processes.ts'

const START_MS = 30_000
/** Another process may take the free port before the server does. */
const TRIES = 5

type Command = readonly [program: string, ...args: string[]]

/** A server process on a free loopback port. */
export interface Daemon extends AsyncDisposable {
  readonly port: number
  readonly pid: number | undefined
  /** What it has printed since its start. */
  log(): string
  /** SIGKILL to it and all below it. */
  stop(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
}

/** Linux forgets whose end a process wanted to die of when it changes its user. In a space of process ids of its own it
 *  dies all the same, and its sessions with it: the first process there is our child. Needs root. */
const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', '"$@"; exit', 'sh'] as const

/** Starts the command that is made for a free port, and waits until that port answers. */
export async function startDaemon(
  commandFor: (port: number) => Promise<Command> | Command,
  pids: 'shared' | 'own-pids' = 'shared',
): Promise<Daemon> {
  let port = 0
  let child: ChildProcess | null = null
  let log = ''

  const launch = async (): Promise<boolean> => {
    log = ''
    const command = await commandFor(port)
    const [program, ...args] = pids === 'shared' ? endingWithTest(...command) : endingWithTest(...OWN_PIDS, ...command)
    const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (data: Buffer) => {
        log += data.toString()
      })
    started.on('error', (error) => {
      log += String(error)
    })
    for (const until = performance.now() + START_MS; performance.now() < until; ) {
      if (hasEnded(started)) return false
      if (await answers(port)) return true
      await wait(20)
    }
    return false
  }
  const stop = async (): Promise<void> => {
    const ending = child
    child = null
    if (ending?.pid === undefined || hasEnded(ending)) return
    const below = await descendantsOf(ending.pid)
    ending.kill('SIGKILL')
    for (const { pid } of below) signalProcess(pid, 'SIGKILL')
    if (!hasEnded(ending)) await once(ending, 'exit')
  }

  for (let tries = 1; ; tries++) {
    port = await freePort()
    if (await launch()) break
    const said = log
    await stop()
    if (tries === TRIES) throw new Error(`the server does not start:\n${said}`)
  }
  return {
    port,
    get pid() {
      return child?.pid
    },
    log: () => log,
    stop,
    async start() {
      if (!(await launch())) throw new Error(`the server does not start again:\n${log}`)
    },
    [Symbol.asyncDispose]: stop,
  }
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
