import type { Failure } from '../shared/domain/failure.ts'
import type { Result } from '../shared/domain/result.ts'
import type { SecretKind } from '../shared/domain/shop.ts'
import type { EngineContract } from '../shared/ipc/engine.ts'
import type { Peer } from '../shared/worker/peer.ts'
import { printable } from './printable.ts'
import { askSecret, isAttended } from './prompt.ts'
import type { Secrets } from './secrets.ts'
import { detailLine, type Speech } from './speech.ts'

/** A wrong passphrase harms nothing, and a code may just have run out. */
const MAX_ASKED = 3

/** Tries to sign in, with the one-time code that was given. */
export type SignInAttempt = (proof: { readonly code?: string }) => Promise<Result<unknown>>

/** Signs in at the shop's NAS as it is known. */
export function signInOf(engine: Peer<EngineContract>, shopId: string): SignInAttempt {
  return (proof) => engine.call('signIn', { shopId, ...proof })
}

/** Signs in before the work is shown, and asks the person at the terminal for what the sign-in lacks: the key's
 *  passphrase, the password, a one-time code. Answers why it did not succeed, which the work then waits for; null when it
 *  did. A password is asked for once: a NAS locks out. */
export async function signIn(
  secrets: Secrets,
  shopId: string,
  attempt: SignInAttempt,
  speech: Speech,
  first?: Failure,
): Promise<Failure | null> {
  let code: string | undefined
  let because = first ?? null
  for (let asked = 0; ; asked++) {
    if (because === null) {
      const result = await attempt(code === undefined ? {} : { code })
      if (result.ok) return null
      because = result.failure
    }
    const lacking = asked < MAX_ASKED ? lackingFor(because, secrets, shopId, speech) : null
    const answer = lacking === null ? null : await askSecret(printable(lacking.question))
    if (lacking === null || answer === null) return because
    code = lacking.kind === 'code' ? answer : undefined
    if (lacking.kind !== 'code') secrets.give(shopId, lacking.kind, answer)
    because = null
  }
}

/** Signs in at the NAS of each shop before its work is shown, where a person is there to answer. */
export async function signInFirst(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  shopIds: readonly string[],
  { json, speech }: { readonly json: boolean; readonly speech: Speech },
): Promise<void> {
  for (const shopId of new Set(shopIds)) {
    // Names what was remembered and cannot be read any more.
    secrets.use(shopId, {})
    if (isAttended() && !json) await signIn(secrets, shopId, signInOf(engine, shopId), speech)
  }
}

interface Lacking {
  readonly kind: Extract<SecretKind, 'nas-password' | 'nas-passphrase'> | 'code'
  readonly question: string
}

function lackingFor({ code, detail }: Failure, secrets: Secrets, shopId: string, speech: Speech): Lacking | null {
  const more = detail === undefined ? '' : ` (${detailLine(detail, speech)})`
  const { ask, connection } = speech
  switch (code) {
    case 'key-locked':
      return { kind: 'nas-passphrase', question: `${connection.passphrase}${more}: ` }
    case 'code-wanted':
      return { kind: 'code', question: `${ask.code}${more}: ` }
    case 'needs-sign-in':
      if (secrets.get(shopId, 'nas-password') !== null) return null
      return { kind: 'nas-password', question: `${ask.password}${more}: ` }
    default:
      return null
  }
}
