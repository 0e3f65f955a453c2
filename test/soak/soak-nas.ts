import { join, posix } from 'node:path'
import type { Nas } from '../../src/shared/domain/shop.ts'
import { signalProcess } from '../support/processes.ts'
import { startSshd } from '../support/sshd.ts'

/** A real NAS whose sessions are killed and frozen from outside. */
export interface SoakNas extends AsyncDisposable {
  /** As the engine reaches it. */
  readonly nas: Nas
  /** Undefined where a key signs in. */
  readonly password: string | undefined
  readonly hostKeyFingerprint: string
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

const STARTS = { openssh: startOpenssh }
export type NasKind = keyof typeof STARTS

export function isNasKind(kind: string): kind is NasKind {
  return kind in STARTS
}

export const NAS_KINDS = Object.keys(STARTS).filter(isNasKind)

export function startSoakNas(kind: NasKind): Promise<SoakNas> {
  return STARTS[kind]()
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
async function startOpenssh(): Promise<SoakNas> {
  const sshd = await startSshd()
  const { nas, testUser, hostKeyFingerprint, root, sessions, fileServers } = sshd
  const { identityFile: _key, ...without } = nas
  return {
    nas: testUser === null ? nas : { ...without, user: testUser.user },
    password: testUser?.password,
    ...{ hostKeyFingerprint, root, sessions, fileServers },
    cutSession: async (which) => didKill(oneOf(await sessions(), which)),
    async restart() {
      await sshd.stop()
      await sshd.start()
    },
    [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose](),
  }
}

function didKill(pid: number | undefined): boolean {
  return pid !== undefined && signalProcess(pid, 'SIGKILL')
}
