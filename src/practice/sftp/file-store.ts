import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import type { Jail } from './jail.ts'
import { attributesOf, listFolder } from './listing.ts'
import { type Attributes, type NameEntry, OPEN_FLAG } from './packets.ts'
import { moveOver, moveToFreeName } from './rename.ts'

/** Names in one answer to a folder listing; keeps the packet far below its limit. */
const NAMES_PER_ANSWER = 100
const PERMISSION_BITS = 0o777

type Handle =
  | { readonly kind: 'file'; readonly file: fs.FileHandle; readonly append: boolean }
  | { readonly kind: 'folder'; readonly left: NameEntry[] }

/** The operations of SFTP on a folder, and the handles that one session has open. Errors are those of the file system. */
export type FileStore = ReturnType<typeof createFileStore>

export function createFileStore(jail: Jail, maxHandles: number) {
  const handles = new Map<string, Handle>()
  let nextHandle = 1

  function keep(handle: Handle): Buffer {
    const name = `h${nextHandle++}`
    handles.set(name, handle)
    return Buffer.from(name)
  }

  function refuseWhenFull(): void {
    if (handles.size >= maxHandles) throw new Error('too many open handles')
  }

  function fileOf(name: Buffer): Extract<Handle, { kind: 'file' }> {
    const handle = handles.get(name.toString())
    if (handle?.kind !== 'file') throw new Error('no such file handle')
    return handle
  }

  return {
    async open(remotePath: string, flags: number, attributes: Attributes): Promise<Buffer> {
      refuseWhenFull()
      const path =
        (flags & OPEN_FLAG.create) === 0 ? await jail.target(remotePath) : await targetOrNew(jail, remotePath)
      const mode = attributes.permissions === undefined ? 0o666 : attributes.permissions & PERMISSION_BITS
      const file = await fs.open(path, openFlags(flags), mode)
      return keep({ kind: 'file', file, append: (flags & OPEN_FLAG.append) !== 0 })
    },

    async close(name: Buffer): Promise<void> {
      const handle = handles.get(name.toString())
      if (handle === undefined) throw new Error('no such handle')
      handles.delete(name.toString())
      if (handle.kind === 'file') await handle.file.close()
    },

    async closeAll(): Promise<void> {
      const open = [...handles.values()]
      handles.clear()
      await Promise.allSettled(open.map((handle) => (handle.kind === 'file' ? handle.file.close() : undefined)))
    },

    /** Fewer bytes than asked for, or none, at the end of the file. */
    async read(name: Buffer, offset: number, length: number): Promise<Buffer> {
      const buffer = Buffer.allocUnsafe(length)
      const { bytesRead } = await fileOf(name).file.read(buffer, 0, length, offset)
      return buffer.subarray(0, bytesRead)
    },

    async write(name: Buffer, offset: number, data: Buffer): Promise<void> {
      const { file, append } = fileOf(name)
      for (let written = 0; written < data.length; ) {
        const position = append ? null : offset + written
        written += (await file.write(data, written, data.length - written, position)).bytesWritten
      }
    },

    async lstat(remotePath: string): Promise<Attributes> {
      return attributesOf(await fs.lstat(await jail.place(remotePath)))
    },

    async stat(remotePath: string): Promise<Attributes> {
      return attributesOf(await fs.stat(await jail.target(remotePath)))
    },

    async fstat(name: Buffer): Promise<Attributes> {
      return attributesOf(await fileOf(name).file.stat())
    },

    async setAttributes(remotePath: string, attributes: Attributes): Promise<void> {
      refuseOwner(attributes)
      const path = await jail.target(remotePath)
      if (attributes.size !== undefined) await fs.truncate(path, attributes.size)
      if (attributes.permissions !== undefined) await fs.chmod(path, attributes.permissions & PERMISSION_BITS)
      if (attributes.times !== undefined) await fs.utimes(path, ...attributes.times)
    },

    async setHandleAttributes(name: Buffer, attributes: Attributes): Promise<void> {
      refuseOwner(attributes)
      const { file } = fileOf(name)
      if (attributes.size !== undefined) await file.truncate(attributes.size)
      if (attributes.permissions !== undefined) await file.chmod(attributes.permissions & PERMISSION_BITS)
      if (attributes.times !== undefined) await file.utimes(...attributes.times)
    },

    async openFolder(remotePath: string): Promise<Buffer> {
      refuseWhenFull()
      return keep({ kind: 'folder', left: await listFolder(await jail.target(remotePath)) })
    },

    /** The next names; none at the end. */
    readFolder(name: Buffer): NameEntry[] {
      const handle = handles.get(name.toString())
      if (handle?.kind !== 'folder') throw new Error('no such folder handle')
      return handle.left.splice(0, NAMES_PER_ANSWER)
    },

    async remove(remotePath: string): Promise<void> {
      await fs.unlink(await jail.entry(remotePath))
    },

    async makeFolder(remotePath: string, { permissions = PERMISSION_BITS }: Attributes): Promise<void> {
      await fs.mkdir(await jail.entry(remotePath), { mode: permissions & PERMISSION_BITS })
    },

    async removeFolder(remotePath: string): Promise<void> {
      await fs.rmdir(await jail.entry(remotePath))
    },

    async rename(from: string, to: string): Promise<void> {
      await moveToFreeName(await jail.entry(from), await jail.entry(to))
    },

    async replace(from: string, to: string): Promise<void> {
      await moveOver(await jail.entry(from), await jail.entry(to))
    },

    async sync(name: Buffer): Promise<void> {
      await fileOf(name).file.sync()
    },

    /** The eleven numbers of `statvfs`, in its order. */
    async space(remotePath: string): Promise<bigint[]> {
      const path = await jail.target(remotePath)
      const { bsize, blocks, bfree, bavail, files, ffree } = await fs.statfs(path, { bigint: true })
      return [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0n, 0n, 255n]
    },
  }
}

/** For creating: what stands there, or the free place. A link that leads nowhere is no place for a file. */
async function targetOrNew(jail: Jail, remotePath: string): Promise<string> {
  const path = await jail.entry(remotePath)
  const exists = await fs.lstat(path).then(
    () => true,
    () => false,
  )
  return exists ? jail.target(remotePath) : path
}

function openFlags(flags: number): number {
  const has = (flag: number) => (flags & flag) !== 0
  const access = has(OPEN_FLAG.write)
    ? has(OPEN_FLAG.read)
      ? constants.O_RDWR
      : constants.O_WRONLY
    : constants.O_RDONLY
  return (
    access |
    // Links were followed already, as far as they stay inside. Windows has no such flag.
    (constants.O_NOFOLLOW ?? 0) |
    (has(OPEN_FLAG.append) ? constants.O_APPEND : 0) |
    (has(OPEN_FLAG.create) ? constants.O_CREAT : 0) |
    (has(OPEN_FLAG.truncate) ? constants.O_TRUNC : 0) |
    (has(OPEN_FLAG.exclusive) ? constants.O_EXCL : 0)
  )
}

/** Files here belong to whoever runs the practice shop. */
function refuseOwner({ uidGid }: Attributes): void {
  if (uidGid !== undefined) throw Object.assign(new Error('owners cannot be set'), { code: 'ENOSYS' })
}
