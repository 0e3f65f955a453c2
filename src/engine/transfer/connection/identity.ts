import type { ParsedKey } from 'ssh2'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { type AgentKey, agentKeys } from './agent.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { readKeyText } from './key-file.ts'
import { isLocked, parsePrivateKey } from './private-key.ts'

/** Who signs in, by something else than a password: a key, an agent that keeps keys, or neither. */
export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: ParsedKey; readonly certificate: Certificate | null }
  | { readonly kind: 'agent'; readonly keys: readonly AgentKey[] }

/** All that there is to sign in with. */
export interface Proofs {
  readonly identity: Identity
  readonly password: string | undefined
  /** A one-time code that a person gave for this one sign-in. */
  readonly code: string | undefined
}

/** Reads and opens the key to sign in with, or asks the agent for its keys: all that can fail without the NAS being
 *  asked. `key-unusable` or `key-locked` then, with the particulars. */
export async function readProofs(access: NasAccess, code?: string): Promise<Result<Proofs>> {
  const { nas, agentPath, password, hostKey } = access
  const others = { password, code }
  // Nothing is shown to a NAS that is not known yet.
  if (hostKey === undefined) return ok({ identity: { kind: 'none' }, ...others })
  if (nas.identityFile !== undefined) return readKey(nas.identityFile, access, code)
  if (agentPath === undefined) return ok({ identity: { kind: 'none' }, ...others })
  const keys = await agentKeys(agentPath)
  if (keys.ok) return ok({ identity: { kind: 'agent', keys: keys.value }, ...others })
  // An agent that nobody chose is only what is left to try.
  const isChosen = nas.useAgent === true
  return isChosen ? keys : fail(failure('needs-sign-in', { says: 'no-proof', why: keys.failure.detail ?? '' }))
}

async function readKey(path: string, { password, passphrase }: NasAccess, code?: string): Promise<Result<Proofs>> {
  const text = await readKeyText(path)
  if (!text.ok) return text
  // Whoever gave a password for a key that is locked may mean its passphrase: then no server may see it.
  const isPassphrase = passphrase === undefined && password !== undefined && isLocked(text.value)
  const parsed = parsePrivateKey(text.value, isPassphrase ? password : passphrase)
  if (parsed.kind === 'unusable') return fail(failure('key-unusable', { says: 'at', path, what: parsed.because }))
  if (parsed.kind === 'locked') {
    const isWrong = passphrase !== undefined || isPassphrase
    return fail(failure('key-locked', isWrong ? { says: 'at', path, what: { says: 'wrong-passphrase' } } : path))
  }
  const beside = await readKeyText(`${path}-cert.pub`)
  const certificate = beside.ok ? parseCertificate(beside.value, parsed.key) : null
  return ok({
    identity: { kind: 'key', key: parsed.key, certificate },
    password: isPassphrase ? undefined : password,
    code,
  })
}
