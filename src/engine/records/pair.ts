import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import {
  AUTHORITY_LINE,
  CODE_KEY,
  LOOPBACK_LINE,
  type Paired,
  pairingText,
  parseCode,
} from '../../shared/api/pairing.ts'
import type { ShopInfo } from '../../shared/api/records.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import { createRecordClient } from './client.ts'

interface PairingWish {
  readonly urls: readonly string[]
  /** As it was typed. */
  readonly code: string
  readonly device: string
  /** That the service's key must have, where no authority vouches for it. */
  readonly fingerprint?: string | undefined
}

/** Gets a device token by a code of the service at one of the addresses. The code proves each side to the other: the key
 *  that the service shows is trusted because who holds it knew the code, which itself is not sent. `pairing-refused` when
 *  that fails, `pairing-other-key` before anything was sent to a key that is not the one expected. */
export async function pairWithService(
  { urls, code: typed, device, fingerprint }: PairingWish,
  signal: AbortSignal,
): Promise<Result<Paired>> {
  const code = parseCode(typed)
  if (code === null) return fail(failure('pairing-refused', { says: 'not-a-code' }))
  const { url, seen, unknown } = await firstService(urls, fingerprint, signal)
  if (!seen.ok && !isService(seen)) return seen
  if (isOtherKey(unknown, fingerprint)) return fail(failure('pairing-other-key', unknown))
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
    return fail(failure('pairing-refused', { says: 'code-not-known' }))
  }
  return ok({ url, shopName: shop, token, ...(unknown === undefined ? {} : { fingerprint: unknown }) })
}

interface Look {
  readonly url: string
  readonly seen: Result<ShopInfo>
  /** Of the key that it showed, where nobody vouches for it. */
  readonly unknown: string | undefined
}

/** What the addresses answer: the first one that may be the service, or else what is wrong with the first that answers at
 *  all. A service tells all of its computer's addresses, of which few are reached from here. */
async function firstService(
  urls: readonly string[],
  fingerprint: string | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const found = Promise.withResolvers<Look>()
  const others = new AbortController()
  const looks = urls.map(async (url): Promise<Look> => {
    // Without a token this is refused by whoever is known, and tells the key of whoever is not.
    const client = createRecordClient({ url, token: 'none' })
    const seen = await client.shop(AbortSignal.any([signal, others.signal]))
    const unknown =
      !seen.ok && seen.failure.code === 'backend-key-unknown' ? describeDetail(seen.failure.detail) : undefined
    if (isService(seen) && !isOtherKey(unknown, fingerprint)) found.resolve({ url, seen, unknown })
    return { url, seen, unknown }
  })
  const none = Promise.all(looks).then(([first, ...more]): Look => {
    if (first === undefined) throw new Error('no address')
    return [first, ...more].find(({ seen }) => seen.ok || seen.failure.code !== 'backend-unreachable') ?? first
  })
  const look = await Promise.race([found.promise, none])
  others.abort()
  return look
}

function isService(seen: Result<ShopInfo>): boolean {
  return seen.ok || seen.failure.code === 'backend-token' || seen.failure.code === 'backend-key-unknown'
}

function isOtherKey(unknown: string | undefined, expected: string | undefined): boolean {
  return unknown !== undefined && expected !== undefined && unknown !== expected
}

/** About a tenth of a second of computing, and not on this thread. */
function keyOf(code: string): Promise<Buffer> {
  const { salt, sizeBytes, cost } = CODE_KEY
  return new Promise((resolve, reject) => {
    scrypt(code, salt, sizeBytes, { cost }, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
