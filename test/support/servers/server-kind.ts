import { existsSync } from 'node:fs'
import type { FailureCode } from '../../../src/shared/domain/failure.ts'
import type { NasServer } from './nas-server.ts'

/** A program that a server needs, and the Debian package that brings it. */
interface Program {
  readonly file: string
  readonly package: string
}

export const PROGRAMS = {
  sshd: { file: '/usr/sbin/sshd', package: 'openssh-server' },
  proftpd: { file: '/usr/lib/proftpd/mod_sftp.so', package: 'proftpd-mod-crypto' },
  rclone: { file: '/usr/bin/rclone', package: 'rclone' },
  mysecureshell: { file: '/usr/bin/mysecureshell', package: 'mysecureshell' },
  gesftpserver: { file: '/usr/libexec/gesftpserver', package: 'gesftpserver' },
  dropbear: { file: '/usr/sbin/dropbear', package: 'dropbear-bin' },
  paramiko: { file: '/usr/lib/python3/dist-packages/paramiko/__init__.py', package: 'python3-paramiko' },
  asyncssh: { file: '/usr/lib/python3/dist-packages/asyncssh/__init__.py', package: 'python3-asyncssh' },
  btrfs: { file: '/usr/bin/btrfs', package: 'btrfs-progs' },
  exfat: { file: '/usr/sbin/mount.exfat-fuse', package: 'exfat-fuse' },
  mkexfat: { file: '/usr/sbin/mkfs.exfat', package: 'exfatprogs' },
  ntfs: { file: '/usr/bin/lowntfs-3g', package: 'ntfs-3g' },
  bindfs: { file: '/usr/bin/bindfs', package: 'bindfs' },
  mergerfs: { file: '/usr/bin/mergerfs', package: 'mergerfs' },
  erlang: { file: '/usr/bin/erl', package: 'erlang-ssh' },
  chattr: { file: '/usr/bin/chattr', package: 'e2fsprogs' },
} as const satisfies Record<string, Program>

/** What is to be expected of uploads to a server. */
export type Expected =
  | { readonly kind: 'stores' }
  /** Takes about so many MB, then holds with one of these. */
  | { readonly kind: 'fills'; readonly megabytes: number; readonly codes: readonly FailureCode[] }
  /** Holds with one of these, and stores nothing. */
  | { readonly kind: 'refuses'; readonly codes: readonly FailureCode[] }

/** A set-up of a server that people have. */
export interface ServerKind {
  readonly name: string
  /** What is particular about it, for a person. */
  readonly what: string
  readonly programs: readonly (keyof typeof PROGRAMS)[]
  /** `root` changes users or mounts. */
  readonly needs: 'nothing' | 'root'
  readonly expected: Expected
  /** One session at a time: workstations take turns, and nobody waits for that here. */
  readonly isForOne?: true
  /** Why Galley cannot do here what other clients can, or cannot replace and clear up as elsewhere. */
  readonly cannot?: string
  start(): Promise<NasServer>
}

/** Why the server cannot be started on this computer, for a person; null when it can. */
export function whyNot({ programs, needs }: Pick<ServerKind, 'programs' | 'needs'>): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  const missing = programs.map((name) => PROGRAMS[name]).filter(({ file }) => !existsSync(file))
  if (missing.length > 0) return `needs ${missing.map((program) => program.package).join(' and ')}`
  return needs === 'root' && process.getuid?.() !== 0 ? 'needs root' : null
}
