import { execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A PostgreSQL server for tests; each call of `createDatabase` gives the address of a new, empty database. */
export interface TestPostgres extends AsyncDisposable {
  readonly url: string
  createDatabase(): Promise<string>
  /** Ends every connection, as a server's restart would. */
  dropConnections(): Promise<void>
}

/** A server of the test's own. */
export interface OwnPostgres extends TestPostgres {
  /** Ends it as `pg_ctl stop -m immediate` does, without a checkpoint, and starts it again on what is on the disk. */
  crash(): Promise<void>
}

/** The server at TEST_DATABASE_URL, or else a throwaway cluster. A text says why there is neither. */
export async function startPostgres(): Promise<TestPostgres | string> {
  const given = process.env.TEST_DATABASE_URL
  if (given !== undefined) return serverAt(given, async () => undefined)
  return startOwnPostgres('off')
}

/** A throwaway cluster made from the installed binaries, on a socket in its own folder. A text says why there is none. */
export async function startOwnPostgres(fsync: 'on' | 'off'): Promise<OwnPostgres | string> {
  const binaries = await findBinaries()
  if (binaries === null) return 'PostgreSQL is not installed and TEST_DATABASE_URL is not set'
  const folder = await mkdtemp(join(tmpdir(), 'galley-pg-'))
  const owner = await unprivilegedOwner()
  if (owner !== null) await chown(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const options = { ...(owner ?? {}), cwd: folder }
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8'], options)
  const args = [
    '-D',
    data,
    '-k',
    folder,
    '-c',
    'listen_addresses=',
    '-c',
    `fsync=${fsync}`,
    '-c',
    'max_connections=400',
  ]
  const start = async () => {
    const process = spawn(join(binaries, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    const exited = new Promise<void>((resolve) => process.once('exit', () => resolve()))
    let log = ''
    await new Promise<void>((resolve, reject) => {
      process.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)))
      process.stderr.on('data', (data: Buffer) => {
        log += data.toString()
        if (log.includes('ready to accept connections')) resolve()
      })
    })
    return { process, exited }
  }
  let server = await start()
  const endWithUs = (): void => void server.process.kill('SIGINT')
  process.once('exit', endWithUs)
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    server.process.kill(signal)
    await server.exited
  }
  const own = await serverAt(`postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`, async () => {
    process.removeListener('exit', endWithUs)
    await stop('SIGINT')
    await rm(folder, { recursive: true, force: true })
  })
  return {
    ...own,
    async crash() {
      await stop('SIGQUIT')
      server = await start()
    },
  }
}

async function serverAt(url: string, stop: () => Promise<void>): Promise<TestPostgres> {
  const { default: pg } = await import('pg')
  const admin = new pg.Pool({ connectionString: url, max: 1 })
  admin.on('error', () => undefined)
  const made: string[] = []
  return {
    url,
    async createDatabase() {
      const name = `galley_test_${process.pid}_${made.length}_${performance.now().toFixed(0)}`
      await admin.query(`create database ${name}`)
      made.push(name)
      const address = new URL(url)
      address.pathname = `/${name}`
      return address.href
    },
    async dropConnections() {
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1)', [made])
    },
    async [Symbol.asyncDispose]() {
      for (const name of made) await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
      await stop()
    },
  }
}

async function findBinaries(): Promise<string | null> {
  const home = '/usr/lib/postgresql'
  const versions = await readdir(home).catch(() => [])
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1)
  return newest === undefined ? null : join(home, newest, 'bin')
}

/** PostgreSQL refuses to run as root: Debian's `postgres` user runs it then. Null when we are not root. */
async function unprivilegedOwner(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}
