import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { PutRequest, PutResult } from '../../../shared/worker/transfer.ts'
import type { Channel } from '../connection/channels.ts'
import { type FillContext, fillPart } from './fill-part.ts'
import { giveName, type NamingContext, storedAs } from './give-name.ts'
import { createLead } from './lead.ts'
import { discardPart } from './part-file.ts'
import { type BegunPart, beginPart } from './resume-part.ts'
import { placeOf, putBack, tryReplace } from './set-aside.ts'
import { settleRename } from './settle-rename.ts'
import { openSource, type SourceReader } from './source-reader.ts'

export interface PutContext extends FillContext, NamingContext {
  /** Has it written down that the NAS has acknowledged all bytes up to here. */
  noteReached(ackedBytes: number): Promise<unknown>
}

/** Puts one file on the NAS: in order under a temporary name, synced, verified, named without replacing anything that
 *  was not decided on, synced again. Until the name is asked for, an abort leaves the temporary file with what was sent;
 *  until the name is claimed, a failure leaves nothing behind, as far as the NAS can be reached; from then on the file is
 *  stored, or the failure is `connection-lost` and the next put settles it. */
export async function putFile(channel: Channel, request: PutRequest, context: PutContext): Promise<Result<PutResult>> {
  const { sftp } = channel
  const { facts, signal } = context
  let foreign: string | null = null
  if (request.settle !== undefined) {
    const settled = await settleRename(sftp, request, request.settle, context)
    if (!settled.ok) return settled
    const { fileName } = request.settle
    const place = placeOf(request, fileName, facts.partNaming)
    if (settled.value.kind === 'stored') {
      const isKept = request.replaces !== undefined && (await sftp.lstat(place.keptPath)).ok
      const { verifiedBy, durable } = settled.value
      const kept = isKept ? place.keptPath : null
      return ok(storedAs(request, fileName, { verifiedBy, durable, mayCollide: false, keptPath: kept }))
    }
    if (settled.value.kind === 'foreign') foreign = fileName
    // Until the bytes are sent once more, what was moved aside for them has its name.
    const back = settled.value.kind === 'absent' ? await putBack(sftp, place) : null
    if (back?.ok === false) return back
  } else if (request.replaces !== undefined) {
    const tried = await tryReplace(sftp, placeOf(request, request.replaces.fileName, facts.partNaming))
    if (!tried.ok) return tried
  }
  if (signal.aborted) return fail(failure('cancelled'))

  const source = await openSource(request.source, request.sha256, sftp.traits.maxWriteBytes)
  if (!source.ok) return source
  try {
    const begun = await beginPart(sftp, facts, request, signal)
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
  { part, from }: BegunPart,
  foreign: string | null,
): Promise<Result<PutResult>> {
  const { sftp } = channel
  const { now, signal, noteReached: note } = context
  const progress = { ackedBytes: from }
  const lead = createLead({ from, sizeBytes: request.source.sizeBytes, now, note })
  const filled = await fillPart(channel, request, context, source, part, progress, lead)
  lead.shut()
  if (filled.ok) return giveName(sftp, { ...request, verify: filled.value }, context, part, foreign)
  if (!signal.aborted || progress.ackedBytes === 0) {
    await discardPart(sftp, part)
    return filled
  }
  const closed = part.handle === null || (await sftp.close(part.handle)).ok
  context.emit({ kind: closed ? 'left' : 'sent', ...progress })
  return fail(failure('cancelled'))
}
