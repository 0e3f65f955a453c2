import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DesignRecord } from '../../src/shared/api/records.ts'
import { cleanPart } from '../../src/shared/domain/remote-name.ts'
import type { TestBackend } from './backend.ts'
import { entryOf } from './entries.ts'
import type { openMockupShop } from './mockup-shop.ts'
import { drawDesign } from './pictures.ts'
import { endingWithTest } from './processes.ts'
import { sampleRecord } from './sample-record.ts'
import type { Sshd } from './sshd.ts'

type MockupShop = Awaited<ReturnType<typeof openMockupShop>>

/** A folder of secrets by which a worker signs in at the shop's NAS, and the NAS set at the service. */
export async function setUpNas(service: TestBackend, { name }: MockupShop, sshd: Sshd, root: string): Promise<string> {
  const secrets = await mkdtemp(join(sshd.scratch, 'secrets-'))
  await copyFile(sshd.identityFile, join(secrets, `${cleanPart(name)}.key`))
  await chmod(join(secrets, `${cleanPart(name)}.key`), 0o600)
  const { host, port, user } = sshd
  const nas = { nas: { host, port, user, root }, hostKey: sshd.hostKeyFingerprint }
  const against = await service.backend.setNas(name, JSON.stringify(nas))
  if (against !== null) throw new Error(against)
  return secrets
}

/** A design as it lies on the NAS, below a root of the test's own, and its record. */
export async function layDesign(root: string, template: string, number: number): Promise<DesignRecord> {
  const fileName = `UV ${number} ${template}_${number}.png`
  const remotePath = join(root, 'shop', template, fileName)
  const bytes = await drawDesign(number, { width: 300, height: 300 })
  await mkdir(dirname(remotePath), { recursive: true })
  await writeFile(remotePath, bytes)
  const storedSha256 = createHash('sha256').update(bytes).digest('hex')
  return sampleRecord(number, { id: randomUUID(), template, fileName, remotePath, storedSha256 })
}

/** What lies in the folder of mockups beside a design: names, and the SHA-256 of each. */
export async function mockupsBeside({ remotePath }: DesignRecord): Promise<Map<string, string>> {
  const folder = join(dirname(remotePath), 'mockups')
  const names = await readdir(folder).catch(() => [])
  const pairs = names.sort().map(async (name) => {
    const digest = createHash('sha256').update(await readFile(join(folder, name)))
    return [name, digest.digest('hex')] as const
  })
  return new Map(await Promise.all(pairs))
}

export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number
  /** What it has written of what happened. */
  log(): string
  /** Its exit code; null where it was killed. */
  readonly ended: Promise<number | null>
  kill(): void
  stop(): void
}

/** `backend worker` as a process, on the service's database. */
export function startWorkerProcess(databaseUrl: string, secrets: string): WorkerProcess {
  const main = entryOf('backend/main').pathname
  const [program, ...args] = endingWithTest(process.execPath, main, 'worker', '--secrets', secrets, '--designs', '2')
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  let log = ''
  child.stderr.on('data', (data: Buffer) => {
    log += data.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    pid: child.pid ?? 0,
    log: () => log,
    ended,
    kill: () => void child.kill('SIGKILL'),
    stop: () => void child.kill('SIGTERM'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
