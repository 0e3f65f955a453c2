import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReceiptLine } from '../../src/shared/domain/batch.ts'
import type { TestBackend } from './backend.ts'
import { entryOf, isWorker } from './entries.ts'
import { descendantsOf, signalProcess } from './processes.ts'
import type { Sshd } from './sshd.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A `galley` command under way, in a process group of its own. */
export interface Galley {
  readonly ended: Promise<Ended>
  readonly isRunning: boolean
  /** What it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  /** Ctrl-C: SIGINT to the command and all its processes, as a terminal sends it. */
  interrupt(): void
  /** Reads its output no further, as `| head` does. */
  stopReading(): void
  /** SIGKILL to the command and all its processes at once, as when the machine fails. */
  killAll(): void
  /** SIGKILL to the processes of one kind alone; how many there were. */
  killOnly(kind: 'engine' | 'transfer' | 'imaging'): Promise<number>
}

export function startGalley(...args: string[]): Galley {
  return startGalleyIn('C', ...args)
}

/** The same on a system of that locale, such as `es_MX.UTF-8`. */
export function startGalleyIn(locale: string, ...args: string[]): Galley {
  const child = spawn(process.execPath, [fileURLToPath(entryOf('cli/main')), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: locale },
  })
  const { pid } = child
  if (pid === undefined) throw new Error('galley does not start')
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => {
    output.stdout += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    output.stderr += data.toString()
  })
  let isRunning = true
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      isRunning = false
      resolve({ code, ...output })
    })
  })
  return {
    ended,
    get isRunning() {
      return isRunning
    },
    output,
    stopReading: () => child.stdout.destroy(),
    interrupt: () => void signalProcess(-pid, 'SIGINT'),
    killAll: () => void signalProcess(-pid, 'SIGKILL'),
    async killOnly(kind) {
      const found = (await descendantsOf(pid)).filter(({ command }) => isWorker(command, kind))
      return found.filter((process) => signalProcess(process.pid, 'SIGKILL')).length
    },
  }
}

/** A workstation that uploads to a NAS and a backend from the command line. */
export interface Workstation {
  readonly dataDir: string
  readonly nasRoot: string
  /** Any other `galley` command on its data folder. */
  run(...args: string[]): Galley
  /** The same, of a command that can also make the shop known, with its NAS and backend. */
  setUp(...args: string[]): Galley
  /** `galley upload` of these paths to the shop's NAS and backend. */
  upload(paths: readonly string[], ...options: string[]): Galley
  resume(...options: string[]): Galley
  /** The receipt of the batch that was dropped last. */
  receipt(): Promise<ReceiptLine[]>
  /** What the backend has of the shop. */
  records(): ReturnType<typeof allRecords>
}

export interface WorkstationParts {
  /** A folder of the test's own. */
  readonly home: string
  readonly sshd: Sshd
  readonly backend: TestBackend
  /** Names the shop; each its own. */
  readonly shop: string
  /** How it signs in; by default with the key. */
  readonly signIn?: { readonly user: string; readonly passwordFile: string }
  /** What is said about the NAS's identity; by default its fingerprint. */
  readonly trust?: readonly string[]
  /** Where the backend is said to be, when something stands in between. */
  readonly backendUrl?: string
}

export async function setUpWorkstation(parts: WorkstationParts): Promise<Workstation> {
  const { home, sshd, backend, shop, signIn } = parts
  const dataDir = join(home, `data of ${shop}`)
  const tokenFile = join(home, `token of ${shop}`)
  const token = await backend.addShop(shop)
  await writeFile(tokenFile, token)
  const { nas, hostKeyFingerprint, identityFile } = sshd
  const shopOptions = [
    ...['--shop', shop, '--template', 'UVDTF 16oz'],
    ...['--nas', `sftp://${signIn?.user ?? nas.user}@${nas.host}:${nas.port}${nas.root}`],
    ...(signIn === undefined ? ['--identity', identityFile] : ['--password-file', signIn.passwordFile]),
    ...(parts.trust ?? ['--host-key', hostKeyFingerprint]),
    ...['--backend', parts.backendUrl ?? backend.url, '--token-file', tokenFile],
  ]
  const own = ['--data-dir', dataDir]
  return {
    dataDir,
    nasRoot: join(nas.root, shop),
    run: (...args) => startGalley(...args, ...own),
    setUp: (...args) => startGalley(...args, ...shopOptions, ...own),
    upload: (paths, ...options) => startGalley('upload', ...paths, ...shopOptions, ...own, ...options),
    resume: (...options) => startGalley('resume', ...own, ...options),
    async receipt() {
      const status = await startGalley('status', ...own, '--json').ended
      const { batches } = parseLine<{ batches: { id: string; createdAt: number }[] }>(status)
      const [last] = batches.sort((a, b) => b.createdAt - a.createdAt)
      if (last === undefined) throw new Error('there is no batch')
      return parseLine(await startGalley('receipt', last.id, '--format', 'json', ...own).ended)
    },
    records: () => allRecords(backend, token),
  }
}

async function allRecords(backend: TestBackend, token: string) {
  const feed = await backend.client(token).hashFeed(0, 1000, AbortSignal.timeout(10_000))
  if (!feed.ok) throw new Error(feed.failure.message)
  return feed.value.entries
}

/** The JSON lines that a command printed. */
export function jsonLines<T>({ stdout }: Pick<Ended, 'stdout'>): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

function parseLine<T>({ code, stdout, stderr }: Ended): T {
  if (code !== 0) throw new Error(`galley ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}
