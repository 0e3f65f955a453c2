import type { Failure } from '../../../shared/domain/failure.ts'
import type { Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { readProofs } from './identity.ts'
import type { RateLimits } from './rate-limit.ts'
import { type Session, type SessionHooks, type SshClient, startSession } from './session.ts'
import type { TransferDeadlines } from './settings.ts'

export interface SshSettings {
  readonly deadlines: TransferDeadlines
  /** The types of trusted keys, by fingerprint, as they were met: a NAS with keys of several types is asked for the trusted
   *  one at once. */
  readonly keyTypes: Map<string, string>
  readonly limits: RateLimits
  /** The one-time code that this one connection may be asked for. */
  readonly code?: string | undefined
}

/** Takes a client to the NAS. */
export type Begin = (client: SshClient, hooks: SessionHooks) => Session

/** Opens a connection with `open`, which begins one session with a client of its own and answers what became of it. A NAS
 *  that shows another host key than the trusted one is asked for each other type of key that it has, before anything of
 *  a sign-in is sent: `open` is called again. Only when none is the trusted one has its identity changed. */
export async function openSsh<T>(
  access: NasAccess,
  { deadlines, keyTypes, code }: SshSettings,
  open: (begin: Begin) => Promise<Result<T>>,
): Promise<Result<T>> {
  const proofs = await readProofs(access, code)
  if (!proofs.ok) return proofs
  const asked = new Set<string | null>()
  let changed: { readonly ok: false; readonly failure: Failure } | null = null
  let hostKeyType = keyTypes.get(access.hostKey ?? '') ?? null
  for (;;) {
    let session: Session | null = null
    const begin: Begin = (client, hooks) => {
      session = startSession(client, { access, proofs: proofs.value, hostKeyType, ...deadlines }, hooks)
      return session
    }
    const result = await open(begin)
    const { hostKey, hostKeyTypes } = shownBy(session)
    if (hostKey !== null && hostKey.fingerprint === access.hostKey) keyTypes.set(hostKey.fingerprint, hostKey.type)
    if (result.ok || result.failure.code !== 'host-key-changed') return result
    changed ??= result
    asked.add(hostKeyType).add(hostKey?.type ?? null)
    const next = hostKeyTypes.find((type) => !asked.has(type))
    if (next === undefined) return changed
    hostKeyType = next
  }
}

function shownBy(session: Session | null): Pick<Session, 'hostKey' | 'hostKeyTypes'> {
  return session ?? { hostKey: null, hostKeyTypes: [] }
}
