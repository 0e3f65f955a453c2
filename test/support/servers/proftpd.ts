import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fingerprintOf, makeKey } from '../ssh-keys.ts'
import { startDaemon } from './daemon.ts'
import { countIn, type NasServer } from './nas-server.ts'

const run = promisify(execFile)

/** Known to the server alone: no user of this computer has the number. */
const USER = 'shop'
const PASSWORD = 'tray-of-type-9'
const ID = 54_321

export interface ProftpdOptions {
  /** Lines of its configuration. */
  readonly config?: readonly string[]
  /** What the user may have sent in all, by mod_quotatab. */
  readonly quotaMb?: number
  /** The folder is the user's root: paths begin there. */
  readonly isRoot?: boolean
}

/** ProFTPD with mod_sftp. Needs root, since it changes to the user that signed in. */
export async function startProftpd({ config = [], quotaMb, isRoot = false }: ProftpdOptions = {}): Promise<NasServer> {
  await using making = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), 'galley-proftpd-'))
  making.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }))
  await chmod(home, 0o755)
  const folder = join(home, 'nas')
  const scratch = join(home, 'scratch')
  await Promise.all([folder, scratch, join(home, 'keys')].map((path) => mkdir(path)))
  await chown(folder, ID, ID)
  const hostKey = join(home, 'host-key')
  const identityFile = join(home, 'identity')
  await Promise.all([makeKey(hostKey), makeKey(identityFile)])
  // The form of RFC 4716 is the only one that it reads.
  const { stdout: publicKey } = await run('ssh-keygen', ['-e', '-f', `${identityFile}.pub`])
  await writeFile(join(home, 'keys', USER), publicKey)
  const { stdout: hash } = await run('openssl', ['passwd', '-6', PASSWORD])
  // It reads no list of users that anybody may read.
  await writeFile(join(home, 'passwd'), `${USER}:${hash.trim()}:${ID}:${ID}::${folder}:/bin/sh\n`, { mode: 0o640 })
  await writeFile(join(home, 'group'), `${USER}:x:${ID}:\n`, { mode: 0o640 })
  const extra = [
    ...config,
    ...(isRoot ? [`DefaultRoot ${folder}`] : []),
    ...(quotaMb === undefined ? [] : await makeQuota(home, quotaMb)),
  ]
  const configFile = join(home, 'proftpd.conf')
  const sftpLog = join(home, 'sftp.log')
  const daemon = making.use(
    await startDaemon(async (port) => {
      await writeFile(configFile, configLines({ home, port, hostKey, sftpLog, extra }).join('\n'))
      await rm(sftpLog, { force: true })
      return ['/usr/sbin/proftpd', '--nodaemon', '--config', configFile]
    }, 'own-pids'),
  )
  const log = (): string => (existsSync(sftpLog) ? readFileSync(sftpLog, 'utf8') : daemon.log())
  const owned = making.move()
  return {
    host: '127.0.0.1',
    port: daemon.port,
    hostKeyFingerprint: await fingerprintOf(hostKey),
    nas: { host: '127.0.0.1', port: daemon.port, user: USER, root: isRoot ? '/' : folder, identityFile },
    secrets: { 'nas-password': PASSWORD },
    root: folder,
    scratch,
    get pid() {
      return daemon.pid
    },
    signIns: () => countIn(log(), /authenticated via|sending userauth failure/),
    log,
    stop: daemon.stop,
    start: daemon.start,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

interface ConfigParts {
  readonly home: string
  readonly port: number
  readonly hostKey: string
  readonly sftpLog: string
  readonly extra: readonly string[]
}

function configLines({ home, port, hostKey, sftpLog, extra }: ConfigParts): string[] {
  return [
    'ModulePath /usr/lib/proftpd',
    'LoadModule mod_sftp.c',
    'LoadModule mod_quotatab.c',
    'LoadModule mod_quotatab_file.c',
    'ServerName galley',
    'ServerType standalone',
    'DefaultAddress 127.0.0.1',
    'UseIPv6 off',
    'Port 0',
    'User nobody',
    'Group nogroup',
    `PidFile ${home}/pid`,
    `ScoreboardFile ${home}/score`,
    `SystemLog ${home}/system.log`,
    'DelayEngine off',
    'WtmpLog off',
    'UseReverseDNS off',
    'AuthOrder mod_auth_file.c',
    '<VirtualHost 127.0.0.1>',
    `Port ${port}`,
    `AuthUserFile ${home}/passwd`,
    `AuthGroupFile ${home}/group`,
    'RequireValidShell off',
    'SFTPEngine on',
    `SFTPLog ${sftpLog}`,
    `SFTPHostKey ${hostKey}`,
    `SFTPAuthorizedUserKeys file:${home}/keys/%u`,
    'SFTPAuthMethods publickey password',
    ...extra,
    '</VirtualHost>',
    '',
  ]
}

/** The tables of mod_quotatab with one limit for the user, and the lines that name them. */
async function makeQuota(home: string, megabytes: number): Promise<string[]> {
  const ftpquota = (...args: string[]) => run('ftpquota', args, { cwd: home })
  await ftpquota('--create-table', '--type=limit')
  await ftpquota('--create-table', '--type=tally')
  const limit = ['--quota-type=user', '--limit-type=hard', `--bytes-upload=${megabytes}`, '--units=Mb']
  await ftpquota('--add-record', '--type=limit', `--name=${USER}`, ...limit)
  for (const table of ['limittab', 'tallytab']) await chmod(join(home, `ftpquota.${table}`), 0o666)
  return [
    'QuotaEngine on',
    `QuotaLimitTable file:${home}/ftpquota.limittab`,
    `QuotaTallyTable file:${home}/ftpquota.tallytab`,
  ]
}
