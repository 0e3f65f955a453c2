import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { createFileStore, type FileStore } from './file-store.ts'
import { type Jail, normalizeRemote } from './jail.ts'
import {
  attrsPacket,
  dataPacket,
  handlePacket,
  MAX_DATA_BYTES,
  MAX_PACKET_BYTES,
  MalformedPacket,
  namePacket,
  numbersPacket,
  PacketReader,
  REQUEST,
  STATUS,
  splitPackets,
  statusPacket,
  versionPacket,
} from './packets.ts'

const MAX_HANDLES = 256

/** ssh2's own SFTP server cannot announce extensions; these are why this one speaks the protocol itself. */
const EXTENSIONS = [
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['fsync@openssh.com', '1'],
  ['limits@openssh.com', '1'],
] as const

/** Serves one SFTP session until its channel ends. Requests are answered one after another, in their order, as OpenSSH
 *  does: a client may send a rename and what follows it in one flight. */
export async function serveSftp(channel: Duplex, jail: Jail): Promise<void> {
  const files = createFileStore(jail, MAX_HANDLES)
  const closed = new AbortController()
  channel.once('close', () => closed.abort())
  // What breaks the channel ends the loop below; the event alone must not end the process.
  channel.on('error', () => undefined)
  try {
    for await (const packet of splitPackets(channel)) {
      if (!channel.write(await answer(packet, files))) await once(channel, 'drain', { signal: closed.signal })
    }
  } catch (error) {
    // The client went away, or sent what is not SFTP: either way this session is over, and only this one.
    if (!(error instanceof MalformedPacket) && !isStreamError(error)) throw error
  } finally {
    await files.closeAll()
    channel.destroy()
  }
}

async function answer(packet: Buffer, files: FileStore): Promise<Buffer> {
  const request = new PacketReader(packet)
  const type = request.byte()
  if (type === REQUEST.init) return versionPacket(EXTENSIONS)
  const id = request.uint32()
  try {
    return await perform(type, id, request, files)
  } catch (error) {
    if (error instanceof MalformedPacket || !(error instanceof Error)) throw error
    return statusPacket(id, statusOf(error), error.message)
  }
}

async function perform(type: number, id: number, request: PacketReader, files: FileStore): Promise<Buffer> {
  const ok = () => statusPacket(id, STATUS.ok, 'Success')
  const end = () => statusPacket(id, STATUS.eof, 'End of file')
  switch (type) {
    case REQUEST.open:
      return handlePacket(id, await files.open(request.text(), request.uint32(), request.attributes()))
    case REQUEST.close:
      await files.close(request.bytes())
      return ok()
    case REQUEST.read: {
      const data = await files.read(request.bytes(), request.uint64(), Math.min(request.uint32(), MAX_DATA_BYTES))
      return data.length === 0 ? end() : dataPacket(id, data)
    }
    case REQUEST.write:
      await files.write(request.bytes(), request.uint64(), request.bytes())
      return ok()
    case REQUEST.lstat:
      return attrsPacket(id, await files.lstat(request.text()))
    case REQUEST.stat:
      return attrsPacket(id, await files.stat(request.text()))
    case REQUEST.fstat:
      return attrsPacket(id, await files.fstat(request.bytes()))
    case REQUEST.setstat:
      await files.setAttributes(request.text(), request.attributes())
      return ok()
    case REQUEST.fsetstat:
      await files.setHandleAttributes(request.bytes(), request.attributes())
      return ok()
    case REQUEST.opendir:
      return handlePacket(id, await files.openFolder(request.text()))
    case REQUEST.readdir: {
      const entries = files.readFolder(request.bytes())
      return entries.length === 0 ? end() : namePacket(id, entries)
    }
    case REQUEST.remove:
      await files.remove(request.text())
      return ok()
    case REQUEST.mkdir:
      await files.makeFolder(request.text(), request.attributes())
      return ok()
    case REQUEST.rmdir:
      await files.removeFolder(request.text())
      return ok()
    case REQUEST.realpath: {
      const name = normalizeRemote(request.text())
      return namePacket(id, [{ name, longName: name, attributes: {} }])
    }
    case REQUEST.rename:
      await files.rename(request.text(), request.text())
      return ok()
    case REQUEST.extended:
      return performExtended(id, request, files)
    default:
      return statusPacket(id, STATUS.unsupported, 'Not supported')
  }
}

async function performExtended(id: number, request: PacketReader, files: FileStore): Promise<Buffer> {
  switch (request.text()) {
    case 'posix-rename@openssh.com':
      await files.replace(request.text(), request.text())
      return statusPacket(id, STATUS.ok, 'Success')
    case 'fsync@openssh.com':
      await files.sync(request.bytes())
      return statusPacket(id, STATUS.ok, 'Success')
    case 'statvfs@openssh.com':
      return numbersPacket(id, await files.space(request.text()))
    case 'limits@openssh.com':
      return numbersPacket(id, [MAX_PACKET_BYTES, MAX_DATA_BYTES, MAX_DATA_BYTES, MAX_HANDLES].map(BigInt))
    default:
      return statusPacket(id, STATUS.unsupported, 'Not supported')
  }
}

/** As OpenSSH's server says it. */
function statusOf(error: Error): number {
  switch ('code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
      return STATUS.noSuchFile
    case 'EPERM':
    case 'EACCES':
      return STATUS.permissionDenied
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return STATUS.badMessage
    case 'ENOSYS':
      return STATUS.unsupported
    default:
      return STATUS.failure
  }
}

function isStreamError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ERR_STREAM_DESTROYED' || error.code === 'ABORT_ERR')
  )
}
