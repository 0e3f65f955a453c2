import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyType } from '../ssh-keys.ts'
import { startSshd } from '../sshd.ts'
import { makeTemporaryUser, type TemporaryUser } from './account.ts'
import { countIn, type NasServer } from './nas-server.ts'

/** The program that sshd starts for the subsystem when it does not serve files itself. */
export const SFTP_SERVER = '/usr/lib/openssh/sftp-server'
const ACCEPTED_OR_NOT = /^(Accepted|Failed) (?!none)/m

/** What a configuration may name. */
export interface OpensshParts {
  /** A folder of the server's own, for scripts and lists that its configuration names. */
  readonly home: string
  /** The folder that it offers. */
  readonly folder: string
  /** Null where the tests do not run as root: this user signs in then. */
  readonly account: TemporaryUser | null
}

export interface OpensshOptions {
  /** Lines of sshd_config that win over the fixture's own. */
  readonly config?: (parts: OpensshParts) => Promise<readonly string[]> | readonly string[]
  /** By default a shell, as on a NAS that lets people in. */
  readonly shell?: '/bin/bash' | '/usr/sbin/nologin'
  /** What the shop has; by default the key alone. */
  readonly signIn?: 'key' | 'password' | 'both'
  /** The path under which the client sees the folder; by default the folder's own. */
  readonly seenAs?: string
  /** The folder that is offered; by default a new one. It is given to the user. */
  readonly folder?: string
  /** What that folder lies on, given up with the server. */
  readonly on?: AsyncDisposable
  readonly hostKeys?: readonly KeyType[]
  readonly identity?: KeyType
  readonly prepare?: (parts: OpensshParts) => Promise<void>
  readonly within?: (parts: OpensshParts) => Promise<string>
}

/** A real OpenSSH server; with another SFTP server behind it where its configuration says so. As root, a user of its own
 *  signs in, who is removed with it. */
export async function startOpenssh(options: OpensshOptions = {}): Promise<NasServer> {
  await using making = new AsyncDisposableStack()
  if (options.on !== undefined) making.use(options.on)
  const home = await mkdtemp(join(tmpdir(), 'galley-nas-'))
  making.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }))
  await chmod(home, 0o755)
  const account = process.getuid?.() === 0 ? making.use(await makeTemporaryUser(options.shell)) : null
  const folder = options.folder ?? join(home, 'nas')
  await mkdir(folder, { recursive: true })
  // A read-only one has no owner to be given to.
  if (account !== null) await chown(folder, account.uid, account.gid).catch(() => undefined)
  const parts = { home, folder, account }
  await options.prepare?.(parts)

  const { hostKeys, identity, signIn = 'key' } = options
  const sshd = making.use(
    await startSshd({
      root: folder,
      config: (await options.config?.(parts)) ?? [],
      ...(account === null ? {} : { account }),
      ...(hostKeys === undefined ? {} : { hostKeys }),
      ...(identity === undefined ? {} : { identity }),
      ...(options.within === undefined ? {} : { within: await options.within(parts) }),
    }),
  )
  if (account === null && signIn !== 'key') throw new Error('a user with a password needs root')
  const { identityFile, ...nas } = sshd.nas
  const owned = making.move()
  return {
    host: sshd.host,
    port: sshd.port,
    hostKeyFingerprint: sshd.hostKeyFingerprint,
    nas: {
      ...nas,
      user: account?.user ?? nas.user,
      root: options.seenAs ?? folder,
      ...(signIn === 'password' || identityFile === undefined ? {} : { identityFile }),
    },
    secrets: account === null || signIn === 'key' ? {} : { 'nas-password': account.password },
    root: folder,
    scratch: sshd.scratch,
    get pid() {
      return sshd.pid
    },
    signIns: () => countIn(sshd.log(), ACCEPTED_OR_NOT),
    log: sshd.log,
    stop: sshd.stop,
    start: sshd.start,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A new folder below which sshd takes a chroot: all above it belongs to root and nobody else may write there. */
export async function makeChroot(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp('/srv/galley-chroot-')
  await chmod(path, 0o755)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Writes a shell script that anybody may run. */
export async function writeScript(path: string, ...lines: readonly string[]): Promise<string> {
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  return path
}
