import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { AUTHORITY_LINE, CODE_KEY, LOOPBACK_LINE, pairingText, parseCode } from '../../shared/api/pairing.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { createRecordClient } from './client.ts'

export interface Paired {
  readonly shopName: string
  readonly token: string
  /** Of the service's key, where no authority vouches for it: proven by the code. */
  readonly fingerprint?: string
}

/** Gets a device token by a code of the service at `url`. The code proves each side to the other: the key that the service
 *  shows is trusted because who holds it knew the code, which itself is not sent. `pairing-refused` when that fails. */
export async function pairWithService(
  { url, code: typed, device }: { readonly url: string; readonly code: string; readonly device: string },
  signal: AbortSignal,
): Promise<Result<Paired>> {
  const code = parseCode(typed)
  if (code === null) return fail(failure('pairing-refused', 'a code is three groups of four letters and digits'))
  // Without a token this is refused by whoever is known, and tells the key of whoever is not.
  const seen = await createRecordClient({ url, token: 'none' }).shop(signal)
  const unknown = !seen.ok && seen.failure.code === 'backend-key-unknown' ? seen.failure.detail : undefined
  if (!seen.ok && seen.failure.code !== 'backend-token' && unknown === undefined) return seen
  const line = unknown ?? (url.startsWith('https:') ? AUTHORITY_LINE : LOOPBACK_LINE)
  const key = await keyOf(code)
  const prove = (text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const nonce = randomBytes(16).toString('hex')
  const proof = prove(pairingText('workstation', line, nonce, device)).toString('hex')
  const answer = await createRecordClient({ url, token: 'none', fingerprint: unknown }).pair(
    { device, nonce, proof },
    signal,
  )
  if (!answer.ok) {
    return answer.failure.code === 'backend-token' ? fail(failure('pairing-refused', answer.failure.detail)) : answer
  }
  const { shop, token, proof: theirs } = answer.value
  const expected = prove(pairingText('service', line, nonce, token))
  if (!timingSafeEqual(expected, Buffer.from(theirs, 'hex'))) {
    return fail(failure('pairing-refused', 'what answers does not know the code'))
  }
  return ok({ shopName: shop, token, ...(unknown === undefined ? {} : { fingerprint: unknown }) })
}

/** About a tenth of a second of computing, and not on this thread. */
function keyOf(code: string): Promise<Buffer> {
  const { salt, sizeBytes, cost } = CODE_KEY
  return new Promise((resolve, reject) => {
    scrypt(code, salt, sizeBytes, { cost }, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
