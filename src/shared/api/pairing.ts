import { z } from 'zod'

/** Letters and digits that nobody takes for another; a code of twelve is 60 bits. */
export const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const CODE_LENGTH = 12

/** How both sides make the key that a code stands for, by scrypt: slow, so that it cannot be guessed while the code is
 *  valid. A code is used once and at random, so the salt need not be. */
export const CODE_KEY = { salt: 'galley pairing 1', cost: 16_384, sizeBytes: 32 } as const

/** `POST /v1/pair`: a device token for a code. The code itself never travels. */
export const pairRequestSchema = z.object({
  /** What the workstation is called. */
  device: z.string().trim().min(1).max(100),
  /** Random, of the workstation's making. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Of `pairingText('workstation', ...)`. */
  proof: z.string().regex(/^[0-9a-f]{64}$/),
})
export type PairRequest = z.infer<typeof pairRequestSchema>

export const pairResponseSchema = z.object({
  shop: z.string(),
  token: z.string(),
  /** Of `pairingText('service', ...)`: who answers knows the code, too. */
  proof: z.string(),
})
export type PairResponse = z.infer<typeof pairResponseSchema>

/** What comes of it for the workstation. */
export interface Paired {
  /** Of the addresses that were given, the one that answered. */
  readonly url: string
  readonly shopName: string
  readonly token: string
  /** Of the service's key, where no authority vouches for it: proven by the code. */
  readonly fingerprint?: string
}

/** How the workstation knows who is at the other end of its line: by an authority's certificate, because the line does not
 *  leave this computer, or else by the fingerprint of the key that it was shown. */
export const AUTHORITY_LINE = 'authority'
export const LOOPBACK_LINE = 'loopback'

/** What a proof is the HMAC-SHA-256 of. `line` is in it, so that nobody in between can hand a proof on; `said` is the
 *  device's name, or the token. */
export function pairingText(side: 'workstation' | 'service', line: string, nonce: string, said: string): string {
  return ['galley pairing 1', side, line, nonce, said].join('\n')
}

/** A code as it was meant, however it was typed; null when it is none. */
export function parseCode(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return code.length === CODE_LENGTH && [...code].every((letter) => CODE_ALPHABET.includes(letter)) ? code : null
}

/** In groups, to be read out and typed. */
export function showCode(code: string): string {
  return (code.match(/.{4}/g) ?? []).join('-')
}
