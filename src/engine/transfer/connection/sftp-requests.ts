import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { ok } from '../../../shared/domain/result.ts'
import { type Fault, faultOf, type Reply, type SpaceInfo } from '../failures.ts'
import { type Announced, isOpenSsh, largestWrite } from './announced.ts'
import type { RateLimits } from './rate-limit.ts'

declare module 'ssh2' {
  interface SFTPWrapper {
    /** `full`: with `.` and `..`, which its types leave out. */
    readdir(
      location: Buffer,
      options: { readonly full: true },
      callback: (error: Error | undefined, list: FileEntryWithStats[]) => void,
    ): void
  }
}

/** What the server's SFTP offers, as it announced it. */
export interface ServerTraits extends Announced {
  /** OpenSSH's own SFTP server: answers come in the order of the requests, so dependent ones may be sent together; a rename
   *  never replaces a file, and takes one that is open. Every other server is asked step by step. */
  readonly inOrder: boolean
  readonly maxWriteBytes: number
  readonly hasFsync: boolean
  readonly hasStatvfs: boolean
  /** Copies between two of its files by itself. */
  readonly hasCopyData: boolean
  /** Renames over a file, in one step. */
  readonly canReplace: boolean
  readonly hasHardlink: boolean
}

/** Requests on one SFTP channel. None rejects, and none stays open: the connection's end settles all with a fault. */
export interface SftpRequests {
  readonly traits: ServerTraits
  /** Who reads or writes many bytes asks here first, whatever the connection. */
  readonly limits: RateLimits
  open(path: string, mode: OpenMode): Promise<Reply<Buffer>>
  write(handle: Buffer, data: Buffer, position: number): Promise<Reply<void>>
  /** Answers how many bytes came; 0 at the end of the file. */
  read(handle: Buffer, into: Buffer, position: number): Promise<Reply<number>>
  fsync(handle: Buffer): Promise<Reply<void>>
  /** Copies `bytes` at `position` from one open file to the same place of another, on the server. */
  copyData(from: Buffer, to: Buffer, bytes: number, position: number): Promise<Reply<void>>
  size(handle: Buffer): Promise<Reply<number>>
  close(handle: Buffer): Promise<Reply<void>>
  /** Of the name itself, not of what a link points to. */
  lstat(path: string): Promise<Reply<Stats>>
  stat(path: string): Promise<Reply<Stats>>
  mkdir(path: string): Promise<Reply<void>>
  /** Of an empty folder. */
  rmdir(path: string): Promise<Reply<void>>
  openFolder(path: string): Promise<Reply<Buffer>>
  /** The next names in an open folder, `.` and `..` among them where the server tells of them; none at its end. */
  readFolder(handle: Buffer): Promise<Reply<readonly FileEntryWithStats[]>>
  /** Version 3's rename: refused when the new name exists. */
  rename(from: string, to: string): Promise<Reply<void>>
  /** The new name, whatever has it, is this file's from one moment to the next. Only where the traits say so. */
  replace(from: string, to: string): Promise<Reply<void>>
  /** Another name for the file; refused when somebody has it. Only where the traits say so. */
  link(from: string, to: string): Promise<Reply<void>>
  unlink(path: string): Promise<Reply<void>>
  /** Says when the file was last read and changed, in seconds since 1970. */
  setTime(path: string, seconds: number): Promise<Reply<void>>
  realpath(path: string): Promise<Reply<string>>
  /** Null when the server cannot tell. */
  space(path: string): Promise<SpaceInfo | null>
}

/** How a remote file is opened, as SFTP's bits; a new file must not exist yet. For one thing only: there are servers that
 *  refuse both at once, and such as write zeros where a handle that writes is read. */
const OPEN_BITS = { read: 0x01, resume: 0x02, new: 0x2a } as const
export type OpenMode = keyof typeof OPEN_BITS

type Done<T> = (error?: Error | null, value?: T) => void

const FSYNC = 'fsync@openssh.com'
const STATVFS = 'statvfs@openssh.com'
const COPY_DATA = 'copy-data'
const POSIX_RENAME = 'posix-rename@openssh.com'
const HARDLINK = 'hardlink@openssh.com'
const READ_ONLY_FLAG = 1
const SFTP_EOF = 1
/** One request may wait this many progress deadlines, while others are answered: a long sync, not a lost answer. */
const LONGEST_WAIT_DEADLINES = 5

export interface RequestChannel {
  readonly requests: SftpRequests
  /** Settles what is under way, and all that comes later, with this failure. */
  end(failure: Failure): void
}

export interface RequestOptions {
  readonly progressMs: number
  readonly limits: RateLimits
  readonly now: () => number
  /** Called once when requests wait and nothing is answered for `progressMs`; expected to end the connection. */
  onStalled(failure: Failure): void
  beforeSend(): void
}

/** Wraps ssh2's channel, whose callbacks never come once a connection has died. */
export function createRequests(
  sftp: SFTPWrapper,
  { progressMs, limits, now, onStalled, beforeSend }: RequestOptions,
): RequestChannel {
  const pending = new Map<number, { readonly since: number; lose(fault: Fault): void }>()
  let nextId = 0
  let answeredAt = now()
  let ended: Fault | null = null

  const watch = setInterval(() => {
    const [oldest] = pending.values()
    if (oldest === undefined) return
    const quietMs = now() - Math.max(answeredAt, oldest.since)
    const waitedMs = now() - oldest.since
    if (quietMs > progressMs || waitedMs > LONGEST_WAIT_DEADLINES * progressMs) {
      clearInterval(watch)
      const seconds = Math.round(Math.max(quietMs, progressMs) / 1000)
      onStalled(failure('nas-timeout', { says: 'no-answer', seconds }))
    }
  }, progressMs / 4)
  watch.unref()

  const request = <T>(send: (done: Done<T>) => void, whenVoid?: T): Promise<Reply<T>> => {
    if (ended !== null) return Promise.resolve({ ok: false, fault: ended })
    return new Promise((resolve) => {
      const id = nextId++
      const settle = (reply: Reply<T>): void => {
        if (pending.delete(id)) resolve(reply)
      }
      pending.set(id, { since: now(), lose: (fault) => settle({ ok: false, fault }) })
      beforeSend()
      send((error, value) => {
        answeredAt = now()
        if (error) settle({ ok: false, fault: faultOf(error) })
        else settle(ok((value ?? whenVoid) as T))
      })
    })
  }

  const traits = readTraits(sftp)
  const requests: SftpRequests = {
    traits,
    limits,
    open: (path, mode) => request((done) => sftp.open(path, OPEN_BITS[mode], done)),
    write: (handle, data, position) => request((done) => sftp.write(handle, data, 0, data.length, position, done)),
    read: async (handle, into, position) => {
      const reply = await request<number>((done) => sftp.read(handle, into, 0, into.length, position, done), 0)
      return atEndOfFile(reply, 0)
    },
    fsync: (handle) => request((done) => sftp.ext_openssh_fsync(handle, done)),
    copyData: (from, to, bytes, position) =>
      request((done) => sftp.ext_copy_data(from, position, bytes, to, position, done)),
    size: async (handle) => {
      const reply = await request<Stats>((done) => sftp.fstat(handle, done))
      return reply.ok ? ok(reply.value.size) : reply
    },
    close: (handle) => request((done) => sftp.close(handle, done)),
    lstat: (path) => request((done) => sftp.lstat(path, done)),
    stat: (path) => request((done) => sftp.stat(path, done)),
    mkdir: (path) => request((done) => sftp.mkdir(path, done)),
    rmdir: (path) => request((done) => sftp.rmdir(path, done)),
    openFolder: (path) => request((done) => sftp.opendir(path, done)),
    readFolder: async (handle) =>
      atEndOfFile(await request<FileEntryWithStats[]>((done) => sftp.readdir(handle, { full: true }, done)), []),
    rename: (from, to) => request((done) => sftp.rename(from, to, done)),
    replace: (from, to) => request((done) => sftp.ext_openssh_rename(from, to, done)),
    link: (from, to) => request((done) => sftp.ext_openssh_hardlink(from, to, done)),
    unlink: (path) => request((done) => sftp.unlink(path, done)),
    setTime: (path, seconds) => request((done) => sftp.utimes(path, seconds, seconds, done)),
    realpath: (path) => request((done) => sftp.realpath(path, done)),
    space: async (path) => {
      if (!traits.hasStatvfs) return null
      const reply = await request<VfsStats>((done) => sftp.ext_openssh_statvfs(path, done))
      if (!reply.ok) return null
      const { f_frsize, f_bavail, f_files, f_favail, f_flag } = reply.value
      // Where files are counted, one that may not be made has no room either.
      const isOutOfFiles = f_files > 0 && f_favail === 0
      return { freeBytes: isOutOfFiles ? 0 : f_frsize * f_bavail, readOnly: (f_flag & READ_ONLY_FLAG) !== 0 }
    },
  }

  return {
    requests,
    end(reason) {
      if (ended !== null) return
      clearInterval(watch)
      const fault: Fault = { kind: 'lost', failure: reason }
      ended = fault
      for (const { lose } of [...pending.values()]) lose(fault)
    },
  }
}

/** The end of a file or folder is an answer, not a refusal. */
function atEndOfFile<T>(reply: Reply<T>, value: T): Reply<T> {
  const isEnd = !reply.ok && reply.fault.kind === 'refused' && reply.fault.status === SFTP_EOF
  return isEnd ? { ok: true, value } : reply
}

interface VfsStats {
  readonly f_frsize: number
  readonly f_bavail: number
  readonly f_files: number
  readonly f_favail: number
  readonly f_flag: number
}

/** ssh2 keeps what the server announced in fields of its own; there is no other way to learn it. */
function readTraits(sftp: SFTPWrapper): ServerTraits {
  const { _extensions, _maxWriteLen, _protocol, maxOpenHandles } = sftp as unknown as {
    readonly _extensions: Readonly<Record<string, string>>
    readonly _maxWriteLen: number
    readonly _protocol: { readonly _remoteIdentRaw?: Buffer }
    /** Set once the server has answered `limits@openssh.com`. */
    readonly maxOpenHandles: number | undefined
  }
  const banner = _protocol._remoteIdentRaw?.toString('latin1') ?? ''
  const extensions = Object.entries(_extensions).map(([name, version]) => `${name} ${version}`)
  const announced = { banner, extensions: extensions.sort() }
  return {
    ...announced,
    inOrder: isOpenSsh(announced),
    maxWriteBytes: Math.min(_maxWriteLen, largestWrite(banner, maxOpenHandles !== undefined)),
    hasFsync: _extensions[FSYNC] === '1',
    hasStatvfs: _extensions[STATVFS] === '2',
    hasCopyData: _extensions[COPY_DATA] === '1',
    canReplace: _extensions[POSIX_RENAME] === '1',
    hasHardlink: _extensions[HARDLINK] === '1',
  }
}
