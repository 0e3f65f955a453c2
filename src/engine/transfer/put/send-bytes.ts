import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { Channel } from '../connection/channels.ts'
import type { Flight } from '../connection/flow-window.ts'
import type { Fault, Reply } from '../failures.ts'
import type { Lead } from './lead.ts'
import type { SourceReader } from './source-reader.ts'

export interface SendOptions {
  /** What the NAS has already: the source goes on from here. */
  readonly from: number
  readonly signal: AbortSignal
  readonly lead: Lead
  /** Bytes from the start of the file that the NAS has acknowledged without a gap. */
  onAcked(ackedBytes: number): void
}

/** Every write is on its way; `acked` settles when the NAS has answered each, with the first refusal if there was one. */
export interface Sent {
  readonly acked: Promise<Reply<void>>
}

/** Writes the rest of the source in order through `handle`, as deep as the connection's window allows. When the source fails
 *  or the signal is aborted, no write is under way any more once this returns. */
export async function sendBytes(
  { sftp, window }: Channel,
  handle: Buffer,
  source: SourceReader,
  { from, signal, lead, onAcked }: SendOptions,
): Promise<Result<Sent>> {
  const writes: Promise<void>[] = []
  const unacked: { readonly end: number; acked: boolean }[] = []
  let fault: Fault | null = null
  let stopped: Failure | null = null
  let position = from

  const write = async (bytes: Buffer, flight: Flight): Promise<void> => {
    const entry = { end: position + bytes.length, acked: false }
    unacked.push(entry)
    const reply = await sftp.write(handle, bytes, position)
    flight.acknowledged()
    if (!reply.ok) {
      fault ??= reply.fault
      lead.shut()
      return
    }
    entry.acked = true
    let ackedBytes = 0
    for (let first = unacked[0]; first?.acked; first = unacked[0]) {
      ackedBytes = first.end
      unacked.shift()
    }
    if (ackedBytes > 0) onAcked(ackedBytes)
  }

  while (fault === null) {
    if (signal.aborted) stopped = failure('cancelled')
    const chunk = stopped === null ? await source.next() : fail(stopped)
    if (!chunk.ok) {
      await Promise.all(writes)
      return chunk
    }
    if (chunk.value === null) break
    let rest = chunk.value
    while (rest.length > 0 && fault === null && !signal.aborted) {
      const piece = rest.subarray(0, Math.min(sftp.limits.up.pieceBytes, window.pieceBytes))
      rest = rest.subarray(piece.length)
      await lead.admit(position + piece.length)
      await sftp.limits.up.take(piece.length, signal)
      const flight = await window.take(piece.length)
      if (signal.aborted) {
        flight.dropped()
      } else {
        writes.push(write(piece, flight))
        position += piece.length
      }
    }
  }
  const acked = Promise.all(writes).then((): Reply<void> => (fault === null ? ok(undefined) : { ok: false, fault }))
  return ok({ acked })
}
