import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Nas } from '../../src/shared/domain/shop.ts'
import { freePort } from './free-port.ts'
import { descendantsOf, endingWithTest, type RunningProcess, signalProcess } from './processes.ts'
import { fingerprintOf, type KeyType, makeKey } from './ssh-keys.ts'

const run = promisify(execFile)

/** The user that signs in by password; made once, without a shell, when the tests run as root. */
const TEST_USER = 'galley-test'
const TEST_PASSWORD = 'upload-tray-7'

/** A line of sshd_config: the server cannot copy between its files, as OpenSSH before 9.0. */
export const WITHOUT_COPY = 'Subsystem sftp internal-sftp -P copy-data'

interface SshdOptions {
  /** Folder offered as the NAS's root; by default a new one, removed at the end. */
  readonly root?: string
  /** Lines of sshd_config that win over the fixture's own, e.g. `MaxStartups 2:100:3`. */
  readonly config?: readonly string[]
  /** Who signs in, beside root; by default the user that is made once for all tests. */
  readonly account?: Account
  /** Types of its host keys; the fingerprint that is answered is the first one's. */
  readonly hostKeys?: readonly KeyType[]
  /** Type of the key that signs in. */
  readonly identity?: KeyType
  /** A program that executes its arguments, and with them sshd: in a mount namespace of its own, say. */
  readonly within?: string
}

/** A user that sshd knows by its password. */
interface Account {
  readonly user: string
  readonly password: string
  readonly uid: number
  readonly gid: number
}

/** A real OpenSSH server on a free loopback port, with its own host key and folder. */
export interface Sshd extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** This user, who signs in with `identityFile`. */
  readonly user: string
  readonly identityFile: string
  /** `SHA256:...` as OpenSSH writes it. */
  readonly hostKeyFingerprint: string
  /** What the server offers; both users may write here. */
  readonly root: string
  /** A folder of the test's own beside it, removed with the server. */
  readonly scratch: string
  /** Key sign-in as this user, as a shop would have it set up. */
  readonly nas: Nas
  /** Sign-in by password (or by the key) as a user without rights outside `root`; null unless root runs the tests. */
  readonly testUser: { readonly user: string; readonly password: string } | null
  /** The listening process; undefined while stopped. */
  readonly pid: number | undefined
  /** Processes of the sessions now open, for SIGKILL and SIGSTOP. */
  sessions(): Promise<number[]>
  /** Those of them that read and write the files, while others hold the connection. */
  fileServers(): Promise<number[]>
  /** Sends a signal to each process of each open session; answers how many there were. */
  signalSessions(signal: NodeJS.Signals): Promise<number>
  /** What the server has written to its log. */
  log(): string
  /** Ends the server and every session; the folder and the keys stay. */
  stop(): Promise<void>
  /** Starts again on the same port with the same host key. */
  start(): Promise<void>
  /** Gives the server other host keys, as when a NAS was set up anew; they count from its next start. */
  renewHostKeys(): Promise<void>
}

/** Starts sshd, ready for connections. Use with `await using`. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const binary = await findSshd()
  const home = await mkdtemp(join(tmpdir(), 'galley-sshd-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const testUser = isRoot ? (options.account ?? (await ensureTestUser())) : null

  await chmod(home, 0o755)
  const root = options.root ?? join(home, 'nas')
  if (options.root === undefined) {
    await mkdir(root)
    if (testUser !== null) await chown(root, testUser.uid, testUser.gid)
  }

  const scratch = join(home, 'scratch')
  await mkdir(scratch)

  const identityFile = join(home, 'identity')
  const hostKeys = (options.hostKeys ?? ['ed25519']).map((type) => ({ type, file: join(home, `host-key-${type}`) }))
  const makeHostKeys = async (): Promise<void> => {
    await Promise.all(hostKeys.map(({ type, file }) => makeKey(file, type)))
  }
  const readFingerprint = (): Promise<string> => fingerprintOf(hostKeys[0]?.file ?? '')
  await Promise.all([makeHostKeys(), makeKey(identityFile, options.identity ?? 'ed25519')])
  let hostKeyFingerprint = await readFingerprint()
  // Any user may sign in with this key: sshd reads the one file for all.
  const authorizedKeys = `${identityFile}.pub`
  const user = userInfo().username
  const config = join(home, 'sshd_config')

  let port = 0
  let child: ChildProcess | null = null
  let log = ''

  const launch = async (): Promise<boolean> => {
    const parts = {
      home: options.account === undefined ? home : null,
      port,
      hostKeys: hostKeys.map(({ file }) => file),
      authorizedKeys,
      extra: options.config ?? [],
    }
    await writeFile(config, configLines(parts).join('\n'))
    const command = [binary, '-D', '-e', '-f', config] as const
    const [program, ...args] =
      options.within === undefined ? endingWithTest(...command) : endingWithTest(options.within, ...command)
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    return new Promise((resolve) => {
      started.once('exit', () => resolve(false))
      started.stderr?.on('data', (data: Buffer) => {
        log += data.toString()
        if (log.includes(`Server listening on 127.0.0.1 port ${port}`)) resolve(true)
      })
    })
  }

  const sessionProcesses = async (): Promise<RunningProcess[]> =>
    child?.pid === undefined || child.exitCode !== null ? [] : descendantsOf(child.pid)
  const sessions = async (): Promise<number[]> => (await sessionProcesses()).map(({ pid }) => pid)

  const signalSessions = async (signal: NodeJS.Signals): Promise<number> => {
    const pids = await sessions()
    for (const pid of pids) signalProcess(pid, signal)
    return pids.length
  }

  const endProcesses = (): void => {
    child?.kill('SIGKILL')
  }

  const stop = async (): Promise<void> => {
    const ending = child
    if (ending === null) return
    const pids = await sessions()
    const exited =
      ending.exitCode !== null || ending.signalCode !== null
        ? Promise.resolve()
        : new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    ending.kill('SIGKILL')
    await exited
    for (const pid of pids) signalProcess(pid, 'SIGKILL')
    child = null
  }

  const start = async (): Promise<void> => {
    log = ''
    if (!(await launch())) throw new Error(`sshd did not start again on port ${port}:\n${log}`)
  }

  // Another process may take the free port before sshd does.
  for (let attempt = 1; ; attempt++) {
    port = await freePort()
    if (await launch()) break
    if (attempt === 5) throw new Error(`sshd does not start:\n${log}`)
  }
  process.once('exit', endProcesses)

  return {
    host: '127.0.0.1',
    port,
    user,
    identityFile,
    get hostKeyFingerprint() {
      return hostKeyFingerprint
    },
    root,
    scratch,
    nas: { host: '127.0.0.1', port, user, root, identityFile },
    testUser: testUser === null ? null : { user: testUser.user, password: testUser.password },
    get pid() {
      return child?.pid
    },
    sessions,
    fileServers: async () =>
      (await sessionProcesses()).filter(({ command }) => command.endsWith('@internal-sftp')).map(({ pid }) => pid),
    signalSessions,
    log: () => log,
    stop,
    start,
    async renewHostKeys() {
      // ssh-keygen asks before it replaces a file.
      await Promise.all(hostKeys.flatMap(({ file }) => [rm(file), rm(`${file}.pub`)]))
      await makeHostKeys()
      hostKeyFingerprint = await readFingerprint()
    },
    async [Symbol.asyncDispose]() {
      process.removeListener('exit', endProcesses)
      await stop()
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

interface ConfigParts {
  readonly home: string | null
  readonly port: number
  readonly hostKeys: readonly string[]
  readonly authorizedKeys: string
  readonly extra: readonly string[]
}

/** The first value of an option wins in sshd_config, so the caller's lines come first. */
function configLines({ home, port, hostKeys, authorizedKeys, extra }: ConfigParts): string[] {
  return [
    ...extra,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${authorizedKeys}`,
    'PidFile none',
    // Commands run in the user's own shell. Startup files of the developer who runs the tests are none of their business,
    // and may wait for a lock that a killed session left; those of a user of their own are.
    ...(home === null ? [] : [`SetEnv HOME=${home}`]),
    'StrictModes no',
    'PermitRootLogin yes',
    'PubkeyAuthentication yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'MaxStartups 100:30:200',
    'MaxSessions 100',
    // May be named once only.
    ...(extra.some((line) => line.startsWith('Subsystem ')) ? [] : ['Subsystem sftp internal-sftp']),
    '',
  ]
}

async function findSshd(): Promise<string> {
  for (const path of ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd']) {
    // `-V` is unknown to older ones, which then print their version and usage all the same.
    const found = await run(path, ['-V']).then(
      () => true,
      (error: { code?: string | number }) => error.code !== 'ENOENT',
    )
    if (found) return path
  }
  throw new Error('These tests need a real OpenSSH server: apt-get install openssh-server')
}

async function ensureTestUser(): Promise<Account> {
  const ids = async (): Promise<Account | null> => {
    const read = (flag: string): Promise<number> => run('id', [flag, TEST_USER]).then(({ stdout }) => Number(stdout))
    return Promise.all([read('-u'), read('-g')]).then(
      ([uid, gid]) => ({ user: TEST_USER, password: TEST_PASSWORD, uid, gid }),
      () => null,
    )
  }
  const existing = await ids()
  if (existing !== null) return existing
  const { stdout: hash } = await run('openssl', ['passwd', '-6', TEST_PASSWORD])
  // Without a shell the account is good for SFTP and nothing else. Another test file may be making it at this moment.
  const problem = await run('useradd', ['--shell', '/usr/sbin/nologin', '--password', hash.trim(), TEST_USER]).then(
    () => null,
    (error: Error) => error,
  )
  const made = await ids()
  if (made === null) throw new Error(`cannot make the user ${TEST_USER}`, { cause: problem })
  return made
}
