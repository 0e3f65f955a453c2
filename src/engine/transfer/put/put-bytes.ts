import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok, type Result } from '../../../shared/domain/result.ts'
import type { FinalName, PutRequest, PutResult } from '../../../shared/worker/transfer.ts'
import { wholeMs } from '../../whole-ms.ts'
import type { Channel } from '../connection/channels.ts'
import { createFactBook } from './folder-facts.ts'
import { type PutContext, putFile } from './put-file.ts'

export interface PutBytesOptions {
  readonly root: string
  readonly hostKey: string
  readonly now: () => number
  readonly newId: () => string
}

/** Puts bytes of our own into the root as uploads are put. `nameFor` names them, and hears which name turned out to be
 *  somebody's. */
export type PutBytes = (
  bytes: Buffer,
  nameFor: (foreign: string | null) => Result<FinalName>,
) => Promise<Result<PutResult>>

/** With a folder of this computer for them, which goes at the end. */
export async function puttingBytes<T>(
  channel: Channel,
  { root, hostKey, now, newId }: PutBytesOptions,
  work: (put: PutBytes) => Promise<T>,
): Promise<T> {
  const nobody = async () => undefined
  const book = createFactBook({ hostKey, root, newId, tell: nobody, tellTaken: nobody })
  const context: Omit<PutContext, 'takeName'> = {
    facts: book(channel.sftp, root),
    now,
    signal: new AbortController().signal,
    emit: () => undefined,
    noteReached: async () => undefined,
    noteClaim: async () => ok(null),
  }
  const scratch = await mkdtemp(join(tmpdir(), 'galley-put-'))
  try {
    return await work(async (bytes, nameFor) => {
      const itemId = newId()
      const path = join(scratch, itemId)
      await writeFile(path, bytes)
      const { mtimeNs } = await stat(path, { bigint: true })
      const request: PutRequest = {
        nasId: '',
        itemId,
        attempt: 1,
        source: { path, fileName: itemId, sizeBytes: bytes.length, mtimeMs: wholeMs(mtimeNs) },
        sha256: createHash('sha256').update(bytes).digest('hex'),
        remoteDir: root,
        verify: 'read-back',
      }
      return putFile(channel, request, { ...context, takeName: async ({ foreign = null }) => nameFor(foreign) })
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
