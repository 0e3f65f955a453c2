import { createRateLimits } from '../../src/engine/transfer/connection/rate-limit.ts'
import type { SftpRequests } from '../../src/engine/transfer/connection/sftp-requests.ts'
import type { Fault, Reply } from '../../src/engine/transfer/failures.ts'
import { failure } from '../../src/shared/domain/failure.ts'

interface StubFile {
  bytes: Buffer
  mtime: number
}

/** How the server behaves where real ones differ. */
export interface StubRules {
  readonly renameReplaces?: boolean
  /** A taken name is refused by a look before the rename, and another rename can come in between. */
  readonly renameLooksFirst?: boolean
  readonly hasHardlink?: boolean
  /** A hard link is answered as made, and is not. */
  readonly linksNothing?: boolean
  /** The request that is to replace a file is refused when there is one. */
  readonly replacesNothing?: boolean
  /** An exclusive create of a name that is taken is refused. */
  readonly keepsExclusive?: boolean
  /** A new file has its name only when it is closed. */
  readonly namesAtClose?: boolean
  readonly traits?: Partial<SftpRequests['traits']>
}

export interface SftpStub {
  readonly sftp: SftpRequests
  /** What the folder has, by whole path. */
  readonly files: Map<string, StubFile>
  /** Each request, in order: `rename /a /b`. */
  readonly asked: string[]
  /** The next requests of this name are answered so, one after another. */
  answer(request: keyof SftpRequests, ...replies: readonly (Reply<never> | (() => void))[]): void
}

export const refused = (status: number): Reply<never> => ({
  ok: false,
  fault: { kind: 'refused', status, words: `status ${status}` },
})
const LOST: Fault = { kind: 'lost', failure: failure('connection-lost') }
export const lost: Reply<never> = { ok: false, fault: LOST }

/** An SFTP server in memory with one folder, for answers that no server at hand gives. */
export function stubSftp(rules: StubRules = {}): SftpStub {
  const { renameReplaces = false, hasHardlink = false, keepsExclusive = true, namesAtClose = false } = rules
  const { linksNothing = false, replacesNothing = false, renameLooksFirst = false } = rules
  const files = new Map<string, StubFile>()
  const folders = new Set<string>()
  const asked: string[] = []
  const planned = new Map<string, (Reply<never> | (() => void))[]>()
  const handles = new Map<string, { readonly path: string; readonly file: StubFile }>()
  let mtime = 1

  const done: Reply<void> = { ok: true, value: undefined }
  const on = <T>(name: keyof SftpRequests, args: readonly unknown[], work: () => Reply<T>): Promise<Reply<T>> => {
    asked.push([name, ...args].join(' '))
    const next = planned.get(name)?.shift()
    if (next !== undefined && typeof next !== 'function') return Promise.resolve(next)
    const reply = work()
    next?.()
    return Promise.resolve(reply)
  }
  const statOf = (path: string): Reply<never> => {
    const isFolder = folders.has(path)
    const file = isFolder ? { bytes: Buffer.alloc(0), mtime: 0 } : files.get(path)
    if (file === undefined) return refused(2)
    const stats = { size: file.bytes.length, mtime: file.mtime, isFile: () => !isFolder, isDirectory: () => isFolder }
    return { ok: true, value: { mode: 0o100644, ...stats } as never }
  }
  const moved = (from: string, to: string, replaces: boolean): Reply<void> => {
    const file = files.get(from)
    if (file === undefined) return refused(2)
    if (files.has(to) && !replaces) return refused(4)
    files.delete(from)
    files.set(to, file)
    return done
  }
  const fileOf = (handle: Buffer): StubFile | undefined => handles.get(handle.toString())?.file

  const sftp: SftpRequests = {
    traits: {
      banner: 'SSH-2.0-stub',
      extensions: [],
      inOrder: false,
      maxWriteBytes: 32 * 1024,
      hasFsync: true,
      hasStatvfs: false,
      hasCopyData: false,
      canReplace: false,
      hasHardlink,
      ...rules.traits,
    },
    limits: createRateLimits(() => 0),
    open: (path, mode) =>
      on<Buffer>('open', [path, mode], () => {
        if (mode === 'new' && keepsExclusive && files.has(path)) return refused(4)
        const file = mode === 'new' ? { bytes: Buffer.alloc(0), mtime: mtime++ } : files.get(path)
        if (file === undefined) return refused(2)
        if (mode === 'new' && !namesAtClose) files.set(path, file)
        const handle = `h${asked.length}`
        handles.set(handle, { path, file })
        return { ok: true, value: Buffer.from(handle) }
      }),
    write: (handle, data, position) =>
      on('write', [], () => {
        const file = fileOf(handle)
        if (file === undefined) return refused(4)
        file.bytes = Buffer.concat([file.bytes.subarray(0, position), data])
        return done
      }),
    read: (handle, into, position) =>
      on('read', [], () => ({ ok: true, value: fileOf(handle)?.bytes.copy(into, 0, position) ?? 0 })),
    fsync: () => on('fsync', [], () => done),
    copyData: () => on('copyData', [], () => refused(8)),
    size: (handle) => on('size', [], () => ({ ok: true, value: fileOf(handle)?.bytes.length ?? 0 })),
    close: (handle) =>
      on('close', [], () => {
        const open = handles.get(handle.toString())
        if (open !== undefined && namesAtClose) files.set(open.path, open.file)
        handles.delete(handle.toString())
        return done
      }),
    lstat: (path) => on('lstat', [path], () => statOf(path)),
    stat: (path) => on('stat', [path], () => statOf(path)),
    mkdir: (path) =>
      on('mkdir', [path], () => {
        if (folders.has(path)) return refused(4)
        folders.add(path)
        return done
      }),
    rmdir: (path) => on('rmdir', [path], () => (folders.delete(path) ? done : refused(2))),
    openFolder: (path) => on('openFolder', [path], () => refused(3)),
    readFolder: () => on('readFolder', [], () => ({ ok: true, value: [] })),
    rename: async (from, to) => {
      const wasFree = !files.has(to)
      if (renameLooksFirst) await new Promise(setImmediate)
      return on('rename', [from, to], () => moved(from, to, renameReplaces || (renameLooksFirst && wasFree)))
    },
    replace: (from, to) => on('replace', [from, to], () => moved(from, to, !replacesNothing)),
    link: (from, to) =>
      on('link', [from, to], () => {
        const file = files.get(from)
        if (!hasHardlink || file === undefined || files.has(to)) return refused(4)
        if (!linksNothing) files.set(to, file)
        return done
      }),
    unlink: (path) => on('unlink', [path], () => (files.delete(path) ? done : refused(2))),
    setTime: (path, seconds) =>
      on('setTime', [path, seconds], () => {
        const file = files.get(path)
        if (file !== undefined) file.mtime = seconds
        return file === undefined ? refused(2) : done
      }),
    realpath: (path) => on('realpath', [path], () => ({ ok: true, value: path })),
    space: async () => null,
  }
  return {
    sftp,
    files,
    asked,
    answer: (request, ...replies) => void planned.set(request, [...replies]),
  }
}
