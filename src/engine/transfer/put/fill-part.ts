import type { Detail } from '../../../shared/domain/detail.ts'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { VerifyPolicy } from '../../../shared/domain/shop.ts'
import type { PutEvent, PutRequest } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import type { SftpRequests } from '../connection/sftp-requests.ts'
import { isRefused, type Reply, type Room, refusalFailure, writeFailure } from '../failures.ts'
import type { Lead } from './lead.ts'
import type { PartFile } from './part-file.ts'
import { sendBytes } from './send-bytes.ts'
import type { SourceReader } from './source-reader.ts'
import { verifyBytes } from './verify-bytes.ts'

const PROGRESS_EVERY_MS = 100

export interface FillContext {
  readonly now: () => number
  readonly signal: AbortSignal
  emit(event: PutEvent): void
}

/** Sends, syncs and verifies the bytes that the NAS has not acknowledged yet; answers what they were verified by. With a
 *  server that answers in order, the last writes, the sync, the size and the opening for reading are one flight, and the
 *  part stays open; elsewhere it is closed first: that is when some servers first say that they have no room. */
export async function fillPart(
  channel: Channel,
  request: PutRequest,
  { signal, now, emit }: FillContext,
  source: SourceReader,
  part: PartFile,
  progress: { ackedBytes: number },
  lead: Lead,
): Promise<Result<VerifyPolicy>> {
  const { sftp } = channel
  const { handle } = part
  if (handle === null) throw new Error(`${part.path} is closed`)
  const { remoteDir } = request
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
  const sent = await sendBytes(channel, handle, source, { from, signal, lead, onAcked })
  if (!sent.ok) return sent
  const { acked } = sent.value
  const { inOrder, hasFsync } = sftp.traits
  const synced = hasFsync ? after(sftp, acked, () => sftp.fsync(handle)) : acked
  const sized = after(sftp, acked, () => sftp.size(handle))
  const opened = inOrder && request.verify === 'read-back' ? sftp.open(part.path, 'read') : null
  const [written, size, reading] = await Promise.all([firstRefused(acked, synced), sized, opened])
  const reader = reading?.ok === true ? reading.value : null
  try {
    if (signal.aborted) return fail(failure('cancelled'))
    const closes = !inOrder && written.ok && size.ok
    if (closes) part.handle = null
    const closed = closes ? await sftp.close(handle) : written
    for (const reply of [written, closed]) {
      if (reply.ok) continue
      tell()
      const neededBytes = Math.max(1, sizeBytes - progress.ackedBytes)
      const more = () => takesMore(sftp, part, sizeBytes)
      return fail(await writeFailure(reply.fault, remoteDir, sftp, neededBytes, more))
    }
    if (!size.ok) return fail(await lookFailure(size, remoteDir, sftp))
    if (size.value !== sizeBytes) return fail(mismatch({ says: 'bytes-of', bytes: size.value, of: sizeBytes }))
    if (request.verify === 'size') return ok('size')

    const tellRead = (verifiedBytes: number): void => {
      toldAt = now()
      emit({ kind: 'verifying', verifiedBytes })
    }
    tellRead(0)
    const verified = await verifyBytes(channel, part, reader, request, signal, (bytes) => {
      if (now() - toldAt >= PROGRESS_EVERY_MS || bytes === sizeBytes) tellRead(bytes)
    })
    if (signal.aborted) return fail(failure('cancelled'))
    if (!verified.ok) {
      tell()
      return fail(await lookFailure(verified, remoteDir, sftp))
    }
    return verified.value === null ? fail(mismatch({ says: 'other-bytes' })) : ok(verified.value)
  } finally {
    // Its answer changes nothing; on its way it joins the rename.
    if (reader !== null) void sftp.close(reader)
  }
}

/** Why what was just written cannot be looked at. A server that finds a quota exceeded when the file is closed takes the
 *  file away again (ProFTPD's hard limit). */
async function lookFailure(
  reply: Extract<Reply<unknown>, { readonly ok: false }>,
  remoteDir: string,
  room: Room,
): Promise<Failure> {
  return isRefused(reply, 'missing')
    ? failure('nas-quota', { says: 'at', path: remoteDir, what: { says: 'file-taken-away' } })
    : refusalFailure(reply.fault, remoteDir, room)
}

/** Does the NAS take another piece now? Behind all that was written, where it needs room of its own. */
async function takesMore(sftp: SftpRequests, { handle }: PartFile, behind: number): Promise<boolean> {
  return handle !== null && (await sftp.write(handle, Buffer.alloc(sftp.traits.maxWriteBytes), behind)).ok
}

async function firstRefused(...replies: readonly Promise<Reply<unknown>>[]): Promise<Reply<unknown>> {
  const settled = await Promise.all(replies)
  return settled.find((reply) => !reply.ok) ?? ok(undefined)
}

/** Sends at once where answers come in order; elsewhere when the request before has succeeded. */
export function after<T>(
  { traits }: SftpRequests,
  before: Promise<Reply<unknown>>,
  send: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  return traits.inOrder ? send() : before.then((reply) => (reply.ok ? send() : reply))
}

function mismatch(detail: Detail): Failure {
  return failure('verification-failed', detail)
}
