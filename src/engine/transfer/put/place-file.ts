import { posix } from 'node:path'
import { failure } from '../../../shared/domain/failure.ts'
import { PLACE_FILE } from '../../../shared/domain/place.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PlaceMark } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure } from '../failures.ts'
import { type PutBytesOptions, puttingBytes } from './put-bytes.ts'

const ABOUT = 'Galley knows this folder by this file. Leave it here, and copy it into no other.'
/** More than such a file has. */
const READ_BYTES = 4096
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Which place the folder is, by the file at its root. */
export async function readPlace(sftp: SftpRequests, root: string): Promise<Result<PlaceMark>> {
  const path = posix.join(root, PLACE_FILE)
  const handle = await sftp.open(path, 'read')
  if (isRefused(handle, 'missing')) return ok({ id: null, obstacle: null })
  if (!handle.ok) {
    if (handle.fault.kind === 'lost') return fail(handle.fault.failure)
    // Some servers have no word for what is not there.
    const isThere = (await sftp.lstat(path)).ok
    return ok({ id: null, obstacle: isThere ? await refusalFailure(handle.fault, path) : null })
  }
  const bytes = Buffer.alloc(READ_BYTES)
  const read = await sftp.read(handle.value, bytes, 0)
  await sftp.close(handle.value)
  if (!read.ok) return fail(await refusalFailure(read.fault, path))
  const id = parsePlace(bytes.toString('utf8', 0, read.value))
  return ok({
    id,
    obstacle: id === null ? failure('remote-conflict', { says: 'at', path, what: { says: 'no-place' } }) : null,
  })
}

/** Makes the file at the root, unless there is one: which place the folder is then. */
export async function markPlace(channel: Channel, options: PutBytesOptions, id: string): Promise<Result<PlaceMark>> {
  const bytes = Buffer.from(`${JSON.stringify({ id, about: ABOUT })}\n`)
  const taken = fail(failure('remote-conflict', posix.join(options.root, PLACE_FILE)))
  const put = await puttingBytes(channel, options, (put) =>
    put(bytes, (foreign) => (foreign === null ? ok({ fileName: PLACE_FILE }) : taken)),
  )
  const seen = await readPlace(channel.sftp, options.root)
  if (put.ok || !seen.ok || seen.value.id !== null) return seen
  return ok({ id: null, obstacle: put.failure })
}

function parsePlace(text: string): string | null {
  try {
    const { id } = JSON.parse(text)
    return typeof id === 'string' && ID.test(id) ? id : null
  } catch {
    return null
  }
}
