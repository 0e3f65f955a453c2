import { join, posix } from 'node:path'
import type { Nas } from '../../src/shared/domain/shop.ts'
import { startChaosProxy } from '../support/chaos-proxy.ts'
import { descendantsOf, signalProcess } from '../support/processes.ts'
import type { NasServer } from '../support/servers/nas-server.ts'
import { OPENSSH_KINDS } from '../support/servers/openssh-kinds.ts'
import { startProftpd } from '../support/servers/proftpd.ts'
import { whyNot } from '../support/servers/server-kind.ts'
import { startRclone } from '../support/servers/small-servers.ts'
import { startSshd } from '../support/sshd.ts'

/** A real NAS whose sessions are killed and frozen from outside. */
export interface SoakNas extends AsyncDisposable {
  /** As the engine reaches it. */
  readonly nas: Nas
  /** Undefined where a key signs in. */
  readonly password: string | undefined
  readonly hostKeyFingerprint: string
  /** How a name is one file's alone: a rename refuses it when it is taken; an empty file claims it; or not at all, so that
   *  who comes at the same moment writes over it. */
  readonly naming: 'refuses' | 'claims' | 'collides'
  /** The folder of this computer behind `nas.root`. */
  readonly root: string
  /** Processes that hold the open sessions. */
  sessions(): Promise<number[]>
  /** Those of them that read and write the files. */
  fileServers(): Promise<number[]>
  /** Ends one session without a word; false when there is none. `which`, in [0, 1), says which, and how. */
  cutSession(which: number): Promise<boolean>
  /** Ends everything and starts again, as when it was switched off for the night. */
  restart(): Promise<void>
}

const KINDS = {
  openssh: { start: soakOpenssh, programs: ['sshd'], needs: 'nothing' },
  proftpd: { start: soakProftpd, programs: ['proftpd'], needs: 'root' },
  rclone: { start: soakRclone, programs: ['rclone'], needs: 'nothing' },
  mysecureshell: { start: soakMySecureShell, programs: ['sshd', 'mysecureshell'], needs: 'root' },
} as const
export type NasKind = keyof typeof KINDS

export function isNasKind(kind: string): kind is NasKind {
  return kind in KINDS
}

export const NAS_KINDS = Object.keys(KINDS).filter(isNasKind)

export function startSoakNas(kind: NasKind): Promise<SoakNas> {
  return KINDS[kind].start()
}

/** Why there is no such NAS on this computer, for a person; null when there is. */
export function whyNoSoakNas(kind: NasKind): string | null {
  return whyNot(KINDS[kind])
}

/** Where a path of the NAS is on this computer. */
export function localPath({ nas, root }: Pick<SoakNas, 'nas' | 'root'>, remotePath: string): string {
  return join(root, posix.relative(nas.root, remotePath))
}

/** One of several; undefined of none. */
export function oneOf(pids: readonly number[], which: number): number | undefined {
  return pids[Math.floor(which * pids.length)]
}

/** OpenSSH, two processes for each session. Sign-in by password where the tests may have a user for that, else by key. */
async function soakOpenssh(): Promise<SoakNas> {
  const sshd = await startSshd()
  const { nas, testUser, sessions, fileServers } = sshd
  return {
    ...common(sshd),
    naming: 'refuses',
    nas: testUser === null ? nas : { ...withoutKey(nas), user: testUser.user },
    password: testUser?.password,
    ...{ sessions, fileServers },
    cutSession: async (which) => didKill(oneOf(await sessions(), which)),
    [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose](),
  }
}

/** ProFTPD as it is by default, where what is stored cannot be opened for writing again; a process for each session. */
async function soakProftpd(): Promise<SoakNas> {
  const server = await startProftpd()
  const sessions = async (): Promise<number[]> => {
    const below = server.pid === undefined ? [] : await descendantsOf(server.pid)
    return below.filter(({ command }) => /^proftpd: (?!\(accepting)/.test(command)).map(({ pid }) => pid)
  }
  return {
    ...common(server),
    naming: 'refuses',
    nas: withoutKey(server.nas),
    password: server.secrets['nas-password'],
    ...{ sessions, fileServers: sessions },
    cutSession: async (which) => didKill(oneOf(await sessions(), which)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** `rclone serve sftp`, whose rename and exclusive create replace; one process for all sessions, so that either their connections are reset on
 *  their way or the whole NAS goes down and comes again. */
async function soakRclone(): Promise<SoakNas> {
  await using starting = new AsyncDisposableStack()
  const server = starting.use(await startRclone())
  const proxy = starting.use(await startChaosProxy(server))
  const processes = async (): Promise<number[]> => (server.pid === undefined ? [] : [server.pid])
  const owned = starting.move()
  const { restart, ...shared } = common(server)
  return {
    ...shared,
    restart,
    naming: 'collides',
    nas: { ...server.nas, port: proxy.port },
    password: server.secrets['nas-password'],
    ...{ sessions: processes, fileServers: processes },
    async cutSession(which) {
      if (which < 0.5) proxy.resetAll()
      else await restart()
      return true
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  }
}

/** MySecureShell behind OpenSSH's sshd, whose rename replaces and whose exclusive create holds. */
async function soakMySecureShell(): Promise<SoakNas> {
  const kind = OPENSSH_KINDS.find(({ name }) => name === 'mysecureshell')
  if (kind === undefined) throw new Error('no such server')
  const server = await kind.start()
  const processes = async () => (server.pid === undefined ? [] : descendantsOf(server.pid))
  const sessions = async (): Promise<number[]> => (await processes()).map(({ pid }) => pid)
  return {
    ...common(server),
    naming: 'claims',
    nas: server.nas,
    password: server.secrets['nas-password'],
    sessions,
    fileServers: async () =>
      (await processes()).filter(({ command }) => !command.startsWith('sshd')).map(({ pid }) => pid),
    cutSession: async (which) => didKill(oneOf(await sessions(), which)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function common(server: Pick<NasServer, 'hostKeyFingerprint' | 'root' | 'stop' | 'start'>) {
  return {
    hostKeyFingerprint: server.hostKeyFingerprint,
    root: server.root,
    async restart(): Promise<void> {
      await server.stop()
      await server.start()
    },
  }
}

function withoutKey({ identityFile: _key, ...nas }: Nas): Nas {
  return nas
}

function didKill(pid: number | undefined): boolean {
  return pid !== undefined && signalProcess(pid, 'SIGKILL')
}
