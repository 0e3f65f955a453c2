import { posix } from 'node:path'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { VerifyPolicy } from '../../../shared/domain/shop.ts'
import type { FinalName, PutEvent, PutRequest, PutResult } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import type { RateLimit } from '../connection/rate-limit.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { type Fault, type Reply, refusalFailure } from '../failures.ts'
import { digestOf } from '../get/look-around.ts'
import type { Folders } from './folders.ts'
import { createLead, type Lead } from './lead.ts'
import { discardPart, partPath } from './part-file.ts'
import { type BegunPart, beginPart } from './resume-part.ts'
import { sendBytes } from './send-bytes.ts'
import { settleRename } from './settle-rename.ts'
import { openSource, type SourceReader } from './source-reader.ts'
import { verifyBytes } from './verify-bytes.ts'

const PROGRESS_EVERY_MS = 100

export interface RateLimits {
  readonly up: RateLimit
  readonly down: RateLimit
}

export interface PutContext {
  readonly folders: Folders
  readonly now: () => number
  readonly signal: AbortSignal
  /** Of what is sent, and of what is read back. */
  readonly limits: RateLimits
  emit(event: PutEvent): void
  /** Has it written down that the NAS has acknowledged all bytes up to here. */
  noteReached(ackedBytes: number): Promise<unknown>
  /** The final name for the verified bytes; asked again with the name that turned out to be taken. */
  takeName(foreign: string | null): Promise<Result<FinalName>>
}

/** Puts one file on the NAS: in order under a temporary name, synced, verified, renamed without replacing anything that
 *  was not decided on, synced again. Until the name is asked for, an abort leaves the temporary file with what was sent;
 *  until the rename is sent, a failure leaves nothing behind, as far as the NAS can be reached; from then on the file is
 *  stored, or the failure is `connection-lost` and the next put settles it. */
export async function putFile(channel: Channel, request: PutRequest, context: PutContext): Promise<Result<PutResult>> {
  const { sftp } = channel
  let foreign: string | null = null
  if (request.settle !== undefined) {
    const settled = await settleRename(sftp, request, request.settle, context.limits.down)
    if (!settled.ok) return settled
    const { value } = settled
    if (value.kind === 'stored') return ok(stored(request, request.settle.fileName, 'read-back', value.durable))
    if (value.kind === 'foreign') foreign = request.settle.fileName
  }
  if (context.signal.aborted) return fail(failure('cancelled'))

  const source = await openSource(request.source, request.sha256, sftp.traits.maxWriteBytes)
  if (!source.ok) return source
  try {
    const begun = await beginPart(sftp, context.folders, request, context.signal)
    if (!begun.ok) return begun
    const { from } = begun.value
    if (from > 0) context.emit({ kind: 'resumed', ackedBytes: from })
    // Holes or foreign bytes below the offset are not seen by the size.
    const verified = from > 0 && request.verify === 'size' ? ({ ...request, verify: 'read-back' } as const) : request
    return await fillAndName(channel, verified, context, source.value, begun.value, foreign)
  } finally {
    source.value.close()
  }
}

async function fillAndName(
  channel: Channel,
  request: PutRequest,
  context: PutContext,
  source: SourceReader,
  { handle, from }: BegunPart,
  foreign: string | null,
): Promise<Result<PutResult>> {
  const { sftp } = channel
  const progress = { ackedBytes: from }
  const { now, noteReached: note } = context
  const lead = createLead({ from, sizeBytes: request.source.sizeBytes, now, note })
  const filled = await fillPart(channel, request, context, source, handle, progress, lead)
  lead.shut()
  if (filled.ok) return moveToFinalName(channel, { ...request, verify: filled.value }, context, handle, foreign)
  if (!context.signal.aborted || progress.ackedBytes === 0) {
    await discardPart(sftp, partPath(request.remoteDir, request.itemId, request.attempt), handle)
    return filled
  }
  const closed = await sftp.close(handle)
  context.emit({ kind: closed.ok ? 'left' : 'sent', ...progress })
  return fail(failure('cancelled'))
}

/** Sends, syncs and verifies the bytes that the NAS has not acknowledged yet; answers what they were verified by. With a
 *  server that answers in order, the last writes, the sync and the size are one flight. */
async function fillPart(
  channel: Channel,
  request: PutRequest,
  { signal, now, limits, emit }: PutContext,
  source: SourceReader,
  handle: Buffer,
  progress: { ackedBytes: number },
  lead: Lead,
): Promise<Result<VerifyPolicy>> {
  const { sftp } = channel
  const { sizeBytes } = request.source
  const from = progress.ackedBytes
  let toldAt = now()
  const tell = (): void => {
    toldAt = now()
    emit({ kind: 'sent', ...progress })
  }
  const onAcked = (bytes: number): void => {
    progress.ackedBytes = bytes
    lead.reached(bytes)
    if (now() - toldAt >= PROGRESS_EVERY_MS) tell()
  }

  const skipped = await source.skip(from)
  if (!skipped.ok) return skipped
  const sent = await sendBytes(channel, handle, source, { from, signal, limit: limits.up, lead, onAcked })
  if (!sent.ok) return sent
  const { acked } = sent.value
  const synced = sftp.traits.hasFsync ? after(sftp, acked, () => sftp.fsync(handle)) : acked
  const sized = after(sftp, synced, () => sftp.size(handle))
  const replies = await Promise.all([acked, synced, sized])
  if (signal.aborted) return fail(failure('cancelled'))
  for (const reply of replies) {
    if (reply.ok) continue
    tell()
    return explain(sftp, request, reply.fault, Math.max(1, sizeBytes - progress.ackedBytes))
  }
  const [, , size] = replies
  if (size.ok && size.value !== sizeBytes) return fail(mismatch(`${size.value} of ${sizeBytes} bytes`))
  if (request.verify === 'size') return ok('size')

  emit({ kind: 'verifying' })
  const verified = await verifyBytes(channel, handle, request, limits.down, signal)
  if (signal.aborted) return fail(failure('cancelled'))
  if (!verified.ok) {
    tell()
    return explain(sftp, request, verified.fault, 0)
  }
  return verified.value === null ? fail(mismatch('other bytes')) : ok(verified.value)
}

/** Asks for the final name and renames to it; a name that somebody else's file has is asked for anew. */
async function moveToFinalName(
  { sftp }: Channel,
  request: PutRequest,
  { signal, takeName, limits }: PutContext,
  firstHandle: Buffer,
  firstForeign: string | null,
): Promise<Result<PutResult>> {
  const part = partPath(request.remoteDir, request.itemId, request.attempt)
  let handle: Buffer | null = firstHandle
  let foreign = firstForeign
  const giveUp = async (reason: Failure): Promise<Result<never>> => {
    await discardPart(sftp, part, handle)
    return fail(reason)
  }
  for (;;) {
    const named = await takeName(foreign)
    if (!named.ok) return giveUp(named.failure)
    if (signal.aborted) return giveUp(failure('cancelled'))
    if (handle === null) {
      const reopened = await sftp.open(part, 'update')
      if (!reopened.ok) return giveUp(await explanation(sftp, request, reopened.fault, 0))
      handle = reopened.value
    }
    const { fileName, replaces } = named.value
    const path = posix.join(request.remoteDir, fileName)
    const old =
      replaces === undefined ? null : await findReplaced(sftp, request.remoteDir, fileName, replaces, limits.down)
    if (old?.ok === false) return giveUp(old.failure)
    const isOver = old?.value === true
    const moved = await renameAndSync(sftp, part, path, handle, isOver)
    if (moved.ok) return ok(stored(request, fileName, request.verify, moved.value.durable))
    handle = null
    if (moved.fault.kind === 'lost') return fail(moved.fault.failure)
    const taken = isOver ? moved : await sftp.lstat(path)
    if (!taken.ok) return giveUp(await explanation(sftp, request, moved.fault, 1))
    foreign = fileName
  }
}

/** Is the file that is to be replaced still there? Never another one, which somebody else put in its place. */
async function findReplaced(
  sftp: SftpRequests,
  remoteDir: string,
  fileName: string,
  sha256: string,
  limit: RateLimit,
): Promise<Result<boolean>> {
  if (!sftp.traits.canReplace) return fail(failure('remote-conflict', 'this NAS cannot replace a file'))
  const bytes = await digestOf(sftp, remoteDir, fileName, limit)
  if (!bytes.ok) return bytes
  if (bytes.value === null) return ok(false)
  return bytes.value.sha256 === sha256 ? ok(true) : fail(failure('design-altered', fileName))
}

/** Renames, to a free name or over the file that has it, syncs and closes; with a server that answers in order, in one
 *  flight. The handle is closed in any case. */
async function renameAndSync(
  sftp: SftpRequests,
  part: string,
  path: string,
  handle: Buffer,
  isOver: boolean,
): Promise<Reply<{ readonly durable: boolean }>> {
  const toFreeName = (): Promise<Reply<void>> =>
    sftp.traits.inOrder ? sftp.rename(part, path) : renameUnlessTaken(sftp, part, path)
  const renamed = isOver ? sftp.replace(part, path) : toFreeName()
  const synced = sftp.traits.hasFsync ? after(sftp, renamed, () => sftp.fsync(handle)) : null
  const closed = after(sftp, synced ?? renamed, () => sftp.close(handle))
  const [rename, sync] = await Promise.all([renamed, synced, closed])
  if (!sftp.traits.inOrder && !(sync ?? rename).ok) await sftp.close(handle)
  if (!rename.ok) return rename
  // Stored, but whether the NAS has it on disk is not known: the next put settles that.
  if (sync !== null && !sync.ok && sync.fault.kind === 'lost') return sync
  return { ok: true, value: { durable: sync?.ok === true } }
}

/** Version 3 says that a rename never replaces a file; OpenSSH is known to hold to it, others are asked first. */
async function renameUnlessTaken(sftp: SftpRequests, part: string, path: string): Promise<Reply<void>> {
  const taken = await sftp.lstat(path)
  if (taken.ok) return { ok: false, fault: { kind: 'refused', status: 4, words: 'the name is taken' } }
  return sftp.rename(part, path)
}

/** Sends at once where answers come in order; elsewhere when the request before has succeeded. */
function after<T>(
  { traits }: SftpRequests,
  before: Promise<Reply<unknown>>,
  send: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  return traits.inOrder ? send() : before.then((reply) => (reply.ok ? send() : reply))
}

function stored(request: PutRequest, fileName: string, verifiedBy: VerifyPolicy, durable: boolean): PutResult {
  return {
    fileName,
    remotePath: posix.join(request.remoteDir, fileName),
    sizeBytes: request.source.sizeBytes,
    verifiedBy,
    durable,
  }
}

function mismatch(detail: string): Failure {
  return failure('verification-failed', detail)
}

function explanation(sftp: SftpRequests, { remoteDir }: PutRequest, fault: Fault, bytes: number): Promise<Failure> {
  return refusalFailure(fault, remoteDir, bytes, () => sftp.space(remoteDir))
}

async function explain(sftp: SftpRequests, request: PutRequest, fault: Fault, bytes: number): Promise<Result<never>> {
  return fail(await explanation(sftp, request, fault, bytes))
}
