import { OPENSSH_KINDS } from './openssh-kinds.ts'
import { type ProftpdOptions, startProftpd } from './proftpd.ts'
import type { Expected, ServerKind } from './server-kind.ts'
import { startAsyncssh, startDropbear, startErlang, startParamiko, startRclone } from './small-servers.ts'

const STORES: Expected = { kind: 'stores' }

interface ProftpdRow {
  readonly what: string
  readonly options?: ProftpdOptions
  readonly expected?: Expected
  readonly isForOne?: true
}

const PROFTPD: Readonly<Record<string, ProftpdRow>> = {
  proftpd: { what: 'ProFTPD that replaces files', options: { config: ['AllowOverwrite on', 'AllowStoreRestart on'] } },
  'proftpd-default': { what: 'ProFTPD as it comes: it replaces no file', options: { isRoot: true } },
  'proftpd-hidden': {
    what: 'ProFTPD whose files appear when they are closed (HiddenStores)',
    options: { config: ['HiddenStores on', 'AllowOverwrite on'] },
  },
  'proftpd-quota': {
    what: 'ProFTPD with a quota of 40 MB (mod_quotatab)',
    options: { config: ['AllowOverwrite on'], quotaMb: 40 },
    expected: { kind: 'fills', megabytes: 40, codes: ['nas-quota', 'nas-full'] },
  },
  'proftpd-limited': {
    what: 'ProFTPD that lets one connection in',
    options: { config: ['AllowOverwrite on', 'MaxClientsPerUser 1', 'MaxConnectionsPerHost 1'] },
    isForOne: true,
  },
  'proftpd-no-dots': {
    what: 'ProFTPD that refuses names with a leading dot',
    options: { config: ['AllowOverwrite on', 'PathDenyFilter "(^|/)[.][^/]*$"'] },
  },
  'proftpd-no-parts': {
    what: 'ProFTPD that refuses names ending in .part',
    options: { config: ['AllowOverwrite on', 'PathDenyFilter "[.]part$"'] },
  },
}

const proftpdKinds: readonly ServerKind[] = Object.entries(PROFTPD).map(
  ([name, { what, options, expected, ...rest }]) => ({
    ...rest,
    name,
    what,
    programs: ['proftpd'],
    needs: 'root',
    expected: expected ?? STORES,
    start: () => startProftpd(options),
  }),
)

const otherKinds: readonly ServerKind[] = [
  {
    name: 'rclone',
    what: 'rclone serve sftp: a file is read or written, never both',
    programs: ['rclone'],
    needs: 'nothing',
    expected: STORES,
    start: () => startRclone(),
  },
  {
    name: 'rclone-cache',
    what: 'rclone serve sftp with its write-back cache',
    programs: ['rclone'],
    needs: 'nothing',
    expected: STORES,
    start: () => startRclone('--vfs-cache-mode', 'writes', '--vfs-write-back', '0s'),
  },
  {
    name: 'paramiko',
    what: "paramiko's server: a rename replaces what is there, no extension",
    programs: ['paramiko'],
    needs: 'nothing',
    expected: STORES,
    start: () => startParamiko(),
  },
  {
    name: 'paramiko-no-attributes',
    what: 'a server that tells no permissions',
    programs: ['paramiko'],
    needs: 'nothing',
    expected: STORES,
    start: () => startParamiko('no-attributes'),
  },
  {
    name: 'paramiko-locks',
    what: 'a server that renames no open file and ignores case, as on Windows',
    programs: ['paramiko'],
    needs: 'nothing',
    expected: STORES,
    start: () => startParamiko('locks-open-files'),
  },
  {
    name: 'paramiko-late-codes',
    what: 'a server that answers status codes above 8',
    programs: ['paramiko'],
    needs: 'nothing',
    expected: STORES,
    start: () => startParamiko('late-status-codes'),
  },
  {
    name: 'asyncssh',
    what: "asyncssh's server",
    programs: ['asyncssh'],
    needs: 'nothing',
    expected: STORES,
    start: () => startAsyncssh(),
  },
  {
    name: 'asyncssh-one-way',
    what: 'a server that opens files one way only, as AWS Transfer',
    programs: ['asyncssh'],
    needs: 'nothing',
    expected: STORES,
    start: () => startAsyncssh('one-way-opens'),
  },
  {
    name: 'asyncssh-small-writes',
    what: "a server that refuses writes above 100 KB, as Windows' OpenSSH 8.1",
    programs: ['asyncssh'],
    needs: 'nothing',
    expected: STORES,
    start: () => startAsyncssh('small-writes'),
  },
  {
    name: 'asyncssh-code',
    what: 'a server that asks for a one-time code after the password',
    programs: ['asyncssh'],
    needs: 'nothing',
    expected: { kind: 'refuses', codes: ['code-wanted'] },
    start: () => startAsyncssh('one-time-code'),
  },
  {
    name: 'erlang',
    what: "Erlang's server, which mixes up files that are read at once on one channel",
    programs: ['erlang'],
    needs: 'nothing',
    expected: STORES,
    start: () => startErlang(),
  },
  {
    name: 'dropbear',
    what: 'dropbear, as routers and small boxes have it',
    programs: ['dropbear', 'sshd'],
    needs: 'root',
    expected: STORES,
    start: () => startDropbear(),
  },
]

/** Every set-up of a server that Galley is tried on. */
export const SERVER_KINDS: readonly ServerKind[] = [...OPENSSH_KINDS, ...proftpdKinds, ...otherKinds]

export function serverKind(name: string): ServerKind {
  const found = SERVER_KINDS.find((kind) => kind.name === name)
  if (found === undefined) throw new Error(`no server ${name}`)
  return found
}
