import { createHash } from 'node:crypto'
import { CLAIM_LEASE_MS } from '../../shared/api/claims.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { RecordClient } from '../records/client.ts'
import { heldBy } from '../records/held-by.ts'

/** A folder that this workstation reads for the shop. */
export interface FolderClaim {
  /** Aborts, with the failure as its reason, when another workstation has the folder by now, as after a sleep. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

export interface ClaimFolderOptions {
  /** The shop's service; null where nobody else asks it. */
  readonly service: (() => Promise<Result<Pick<RecordClient, 'claim' | 'release'>>>) | null
  readonly newId: () => string
}

/** Claims a folder of the NAS for a template as a design that is about to be sent is claimed, so that of several
 *  workstations one reads it. `import-elsewhere` when another does; where nobody answers it is read without. */
export async function claimFolder(
  { service, newId }: ClaimFolderOptions,
  template: string,
  folder: string,
): Promise<Result<FolderClaim>> {
  const lost = new AbortController()
  const wish = { id: newId(), template, sha256: createHash('sha256').update(`folder ${folder}`).digest('hex'), copy: 0 }

  /** Who has it; null when it is ours, or nobody can tell. */
  const ask = async (): Promise<Failure | null> => {
    const client = await service?.()
    const answer =
      client?.ok === true ? await client.value.claim([wish], AbortSignal.timeout(CLAIM_LEASE_MS / 4)) : null
    const outcome = answer?.ok === true ? answer.value[0] : undefined
    return outcome?.status === 'held' ? failure('import-elsewhere', heldBy(outcome)) : null
  }

  const held = await ask()
  if (held !== null) return fail(held)
  const timer = setInterval(() => void ask().then((other) => other !== null && lost.abort(other)), CLAIM_LEASE_MS / 4)
  return ok({
    signal: lost.signal,
    async release() {
      clearInterval(timer)
      const client = await service?.()
      if (client?.ok === true) await client.value.release([wish.id], AbortSignal.timeout(CLAIM_LEASE_MS / 4))
    },
  })
}
