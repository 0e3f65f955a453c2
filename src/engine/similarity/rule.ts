import type { Fingerprint } from '../../shared/domain/picture.ts'
import { hashOf, lumaOf, type Signature, signatureOf, VIEWS } from './signature.ts'

/** The duplicate rule: near when in one of two views, the whole pictures or the artwork without the ground around it, the
 *  hashes are near and the luma correlates. Hashes are near when the bits that differ, those of dHash counted twice, are at
 *  most this many: the surer dHash is, the less pHash has to say, which is mostly noise for symmetric artwork. */
export const NEAR_DISTANCE = 32
export const NEAR_CORRELATION = 0.93
/** Below that, similar: worth a person's look. */
const SIMILAR_CORRELATION = 0.85

/** Bits that differ between two 8-byte hashes, 0 to 64. */
export function hammingDistance(a: Buffer, b: Buffer): number {
  return popCount(a.readUInt32LE(0) ^ b.readUInt32LE(0)) + popCount(a.readUInt32LE(4) ^ b.readUInt32LE(4))
}

/** Set bits of a 32-bit integer (Hacker's Delight, 5-2). */
function popCount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** Pearson correlation of two luma signatures of equal length, -1 to 1; 0 where one is of a single tone. */
export function lumaCorrelation(a: Uint8Array, b: Uint8Array): number {
  const n = a.length
  let sumA = 0
  let sumB = 0
  let sumAA = 0
  let sumBB = 0
  let sumAB = 0
  for (let i = 0; i < n; i += 1) {
    const x = a[i] ?? 0
    const y = b[i] ?? 0
    sumA += x
    sumB += y
    sumAA += x * x
    sumBB += y * y
    sumAB += x * y
  }
  const varianceA = n * sumAA - sumA * sumA
  const varianceB = n * sumBB - sumB * sumB
  if (varianceA <= 0 || varianceB <= 0) return 0
  return (n * sumAB - sumA * sumB) / Math.sqrt(varianceA * varianceB)
}

export interface Resemblance {
  readonly kind: 'near' | 'similar'
  readonly phashDistance: number
  readonly dhashDistance: number
  readonly correlation: number
}

/** How a resembles b by the rule, in the view in which it does more; or null. Symmetric. */
export function resemblance(a: Signature, b: Signature): Resemblance | null {
  let best: Resemblance | null = null
  for (const view of VIEWS) {
    const phashDistance = hammingDistance(hashOf(a, view, 'phash'), hashOf(b, view, 'phash'))
    const dhashDistance = hammingDistance(hashOf(a, view, 'dhash'), hashOf(b, view, 'dhash'))
    if (phashDistance + 2 * dhashDistance > NEAR_DISTANCE) continue
    const correlation = lumaCorrelation(lumaOf(a, view), lumaOf(b, view))
    if (correlation < Math.max(SIMILAR_CORRELATION, best?.correlation ?? 0)) continue
    const kind = correlation < NEAR_CORRELATION ? 'similar' : 'near'
    best = { kind, phashDistance, dhashDistance, correlation }
  }
  return best
}

/** `resemblance` of two fingerprints. Those of different algorithm versions never resemble; nor does what is one tone all
 *  over. */
export function resemblanceOf(a: Fingerprint, b: Fingerprint): Resemblance | null {
  if (a.lowVariance || b.lowVariance || a.algorithmVersion !== b.algorithmVersion) return null
  return resemblance(signatureOf(a), signatureOf(b))
}
