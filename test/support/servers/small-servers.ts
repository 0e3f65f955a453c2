import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fingerprintOf, type KeyType, makeKey } from '../ssh-keys.ts'
import { makeTemporaryUser } from './account.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { countIn, type NasServer } from './nas-server.ts'

const run = promisify(execFile)

/** Debian's own: another that comes first on the PATH may lack the packages. */
const PYTHON = '/usr/bin/python3'
const USER = 'shop'

/** What a server of its own users is started with. */
interface Parts {
  readonly home: string
  readonly folder: string
  readonly hostKey: string
  readonly authorizedKeys: string
  readonly password: string
}

interface Recipe {
  readonly name: string
  readonly hostKey: KeyType
  readonly signIn: 'key' | 'password'
  readonly signIns: RegExp
  command(parts: Parts, port: number): readonly [string, ...string[]]
}

/** `rclone serve sftp` over a folder: a file is read or written there, never both. */
export function startRclone(...options: readonly string[]): Promise<NasServer> {
  return startWithOwnUsers({
    name: 'rclone',
    hostKey: 'ed25519',
    signIn: 'password',
    signIns: /SSH login from|invalid .* attempt|Failed to handshake/i,
    command: ({ home, folder, hostKey, password }, port) => [
      ...(['rclone', 'serve', 'sftp', folder, '--addr', `127.0.0.1:${port}`] as const),
      ...['--user', USER, '--pass', password, '--key', hostKey, '--config', '/dev/null'],
      ...['--cache-dir', join(home, 'cache'), '-vv', ...options],
    ],
  })
}

export const PARAMIKO_MODES = [
  'plain',
  'no-attributes',
  'locks-open-files',
  'scans-new-files',
  'few-handles',
  'late-status-codes',
] as const

/** paramiko's SFTP server; see `paramiko_server.py` for the modes. */
export function startParamiko(mode: (typeof PARAMIKO_MODES)[number] = 'plain'): Promise<NasServer> {
  return startWithOwnUsers({
    name: 'paramiko',
    hostKey: 'rsa',
    signIn: 'key',
    signIns: /Auth (granted|rejected) \((?!none)/,
    command: ({ folder, hostKey, authorizedKeys, password }, port) => [
      ...([PYTHON, script('paramiko_server.py'), '--port', `${port}`, '--host-key', hostKey] as const),
      ...[
        '--authorized-keys',
        authorizedKeys,
        '--user',
        USER,
        '--password',
        password,
        '--root',
        folder,
        '--mode',
        mode,
      ],
    ],
  })
}

export const ASYNCSSH_MODES = ['plain', 'one-way-opens', 'small-writes', 'one-time-code'] as const

/** asyncssh's SFTP server; see `asyncssh_server.py` for the modes. */
export function startAsyncssh(mode: (typeof ASYNCSSH_MODES)[number] = 'plain'): Promise<NasServer> {
  return startWithOwnUsers({
    name: 'asyncssh',
    hostKey: 'ed25519',
    signIn: 'password',
    signIns: /Auth for user \S+ (succeeded|failed)|Auth (succeeded|failed)/,
    command: ({ folder, hostKey, authorizedKeys, password }, port) => [
      ...([PYTHON, '-W', 'ignore', script('asyncssh_server.py'), '--port', `${port}`, '--host-key', hostKey] as const),
      ...[
        '--authorized-keys',
        authorizedKeys,
        '--user',
        USER,
        '--password',
        password,
        '--root',
        folder,
        '--mode',
        mode,
      ],
    ],
  })
}

/** Erlang's SSH daemon. It reads its host key from a folder, under a name that it knows. */
export function startErlang(): Promise<NasServer> {
  return startWithOwnUsers({
    name: 'erlang',
    hostKey: 'rsa',
    signIn: 'password',
    // It tells nobody.
    signIns: /never/,
    command: ({ home, folder, hostKey, password }, port) => {
      const options = `[{system_dir, "${home}"}, {user_passwords, [{"${USER}", "${password}"}]}, {subsystems, [Sftp]}]`
      const lines = [
        `ok = file:write_file("${home}/ssh_host_rsa_key", element(2, file:read_file("${hostKey}")))`,
        'ok = ssh:start()',
        `Sftp = ssh_sftpd:subsystem_spec([{root, "${folder}"}])`,
        `{ok, _} = ssh:daemon({127,0,0,1}, ${port}, ${options})`,
        'receive stop -> ok end.',
      ]
      return ['erl', '-noinput', '-eval', lines.join(', ')]
    },
  })
}

/** dropbear with OpenSSH's SFTP server behind it. Needs root, for a user of its own. */
export async function startDropbear(): Promise<NasServer> {
  await using making = new AsyncDisposableStack()
  const { user, uid, gid, home, password } = making.use(await makeTemporaryUser())
  const [hostKey, identityFile] = [join(home, 'host-key'), join(home, 'identity')]
  await Promise.all([makeKey(hostKey, 'ecdsa'), makeKey(identityFile)])
  const folders = ['nas', 'scratch', '.ssh'].map((name) => join(home, name))
  for (const path of folders) await mkdir(path, { mode: 0o755 })
  const [folder = '', scratch = '', ssh = ''] = folders
  const authorizedKeys = join(ssh, 'authorized_keys')
  await writeFile(authorizedKeys, await readFile(`${identityFile}.pub`))
  for (const path of [folder, ssh, authorizedKeys]) await chown(path, uid, gid)
  const converted = join(home, 'dropbear-host-key')
  await run('dropbearconvert', ['openssh', 'dropbear', hostKey, converted])
  const daemon = making.use(
    await startDaemon(
      (port) => ['dropbear', '-F', '-E', '-r', converted, '-p', `127.0.0.1:${port}`, '-P', join(home, 'pid')],
      'own-pids',
    ),
  )
  const nas = { host: '127.0.0.1', port: daemon.port, user, root: folder, identityFile }
  const parts = { nas, hostKey, password, folder, scratch, signIns: /(Pubkey|Password) auth succeeded|Bad password/ }
  return serverOf(daemon, parts, making.move())
}

async function startWithOwnUsers({ name, hostKey: type, signIn, signIns, command }: Recipe): Promise<NasServer> {
  await using making = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), `galley-${name}-`))
  making.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }))
  await chmod(home, 0o755)
  const [folder, scratch] = [join(home, 'nas'), join(home, 'scratch')]
  await Promise.all([mkdir(folder), mkdir(scratch)])
  const [hostKey, identityFile] = [join(home, 'host-key'), join(home, 'identity')]
  await Promise.all([makeKey(hostKey, type), makeKey(identityFile)])
  const password = randomBytes(9).toString('hex')
  const parts = { home, folder, hostKey, authorizedKeys: `${identityFile}.pub`, password }
  const daemon = making.use(await startDaemon((port) => command(parts, port)))
  const account = { host: '127.0.0.1', port: daemon.port, user: USER, root: '/' }
  const nas = signIn === 'key' ? { ...account, identityFile } : account
  return serverOf(daemon, { nas, hostKey, password, folder, scratch, signIns }, making.move())
}

interface Running {
  readonly nas: NasServer['nas']
  readonly hostKey: string
  readonly password: string
  readonly folder: string
  readonly scratch: string
  readonly signIns: RegExp
}

async function serverOf(daemon: Daemon, running: Running, owned: AsyncDisposable): Promise<NasServer> {
  const { nas, hostKey, password, folder, scratch, signIns } = running
  return {
    host: nas.host,
    port: nas.port,
    hostKeyFingerprint: await fingerprintOf(hostKey),
    nas,
    secrets: nas.identityFile === undefined ? { 'nas-password': password } : {},
    root: folder,
    scratch,
    get pid() {
      return daemon.pid
    },
    signIns: () => countIn(daemon.log(), signIns),
    log: daemon.log,
    stop: daemon.stop,
    start: daemon.start,
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  }
}

function script(name: string): string {
  return join(import.meta.dirname, name)
}
