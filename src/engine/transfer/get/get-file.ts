import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdir, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { failure, mendsItself } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { GetEvent, GetRequest, GetResult } from '../../../shared/worker/transfer.ts'
import { writeAll } from '../../write-all.ts'
import type { Channel } from '../connection/channels.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, refusalFailure, targetFailure } from '../failures.ts'
import { findPresent, openLocalPart, placeFile } from './local-target.ts'
import { readInOrder } from './read-bytes.ts'

const PROGRESS_EVERY_MS = 100
const LOCAL_READ_BYTES = 1024 * 1024

export interface GetContext {
  readonly now: () => number
  emit(event: GetEvent): void
}

/** Looks for the file in the local folder: what is there already needs no connection. Makes the folder. */
export async function findRestored({ folder, fileName, sha256 }: GetRequest): Promise<Result<GetResult | null>> {
  try {
    await mkdir(folder, { recursive: true })
    const path = await findPresent(folder, fileName, sha256)
    return ok(path === null ? null : { path, outcome: 'present' })
  } catch (error) {
    return fail(targetFailure(error, folder))
  }
}

/** Gets one file from the NAS: in order under a temporary name, its SHA-256 compared, synced, renamed without replacing
 *  anything. What was received before a cut stays and is gone on with; nothing else is ever left behind. */
export async function getFile({ sftp }: Channel, request: GetRequest, context: GetContext): Promise<Result<GetResult>> {
  const { folder, designId, remotePath } = request
  const part = join(folder, `.galley-${designId}.part`)
  try {
    const file = await openLocalPart(part)
    let received: Result<null>
    try {
      received = await withRemote(sftp, remotePath, (handle, sizeBytes) =>
        receive(sftp, handle, sizeBytes, file, request, context),
      )
      if (received.ok) await file.sync()
    } finally {
      await file.close()
    }
    if (received.ok) return ok({ path: await placeFile(part, folder, request.fileName), outcome: 'restored' })
    if (!mendsItself(received.failure.code)) await rm(part)
    return received
  } catch (error) {
    const because = targetFailure(error, folder)
    // What fills the disk makes room again.
    if (because.code === 'disk-full') await rm(part, { force: true })
    return fail(because)
  }
}

async function withRemote(
  sftp: SftpRequests,
  path: string,
  work: (handle: Buffer, sizeBytes: number) => Promise<Result<null>>,
): Promise<Result<null>> {
  const folder = posix.dirname(path)
  const opened = await sftp.open(path, 'read')
  if (isRefused(opened, 'missing')) return fail(failure('design-gone', path))
  if (!opened.ok) return fail(await refusalFailure(opened.fault, folder))
  try {
    const size = await sftp.size(opened.value)
    return size.ok ? await work(opened.value, size.value) : fail(await refusalFailure(size.fault, folder))
  } finally {
    await sftp.close(opened.value)
  }
}

/** Goes on behind what the temporary file has; if the whole is then not the design, once more from the start. */
async function receive(
  sftp: SftpRequests,
  handle: Buffer,
  sizeBytes: number,
  file: FileHandle,
  { remotePath, sha256 }: GetRequest,
  { now, emit }: GetContext,
): Promise<Result<null>> {
  let toldAt = now()
  for (let from = (await file.stat()).size; ; from = 0) {
    if (from > sizeBytes) from = 0
    await file.truncate(from)
    const hash = await hashBeginning(file, from)
    let position = from
    for await (const bytes of readInOrder(sftp, handle, { from, end: sizeBytes })) {
      if (!bytes.ok) return fail(await refusalFailure(bytes.fault, posix.dirname(remotePath)))
      hash.update(bytes.value)
      await writeAll(file, bytes.value, position)
      position += bytes.value.length
      if (now() - toldAt < PROGRESS_EVERY_MS) continue
      toldAt = now()
      emit({ receivedBytes: position, sizeBytes })
    }
    emit({ receivedBytes: position, sizeBytes })
    if (hash.digest('hex') === sha256) return ok(null)
    if (from === 0) return fail(failure('design-altered', remotePath))
  }
}

async function hashBeginning(file: FileHandle, bytes: number): Promise<Hash> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(LOCAL_READ_BYTES, bytes))
  for (let position = 0; position < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, bytes - position), position)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
  return hash
}
