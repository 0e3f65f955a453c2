import type { MatchingPreset } from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import {
  averageHash,
  chromaOfView,
  hashOf,
  lumaOf,
  type Signature,
  signatureOf,
  VIEWS,
  type ViewIndex,
} from '../signature.ts'
import { isRecoloured } from './colour.ts'
import { createLikenessKernel } from './likeness.ts'

/** The duplicate rule: near when in one of two views, the whole pictures or the artwork without the ground around it, the
 *  hashes are near and the luma correlates. Hashes are near when the bits that differ, those of dHash counted twice, are at
 *  most this many: the surer dHash is, the less the others have to say; pHash is mostly noise for symmetric artwork. */
export const NEAR_DISTANCE = 32
/** From what score of the luma on two pictures are near, and similar: what is similar for one preset is near for the next. */
const SCORES: Readonly<Record<MatchingPreset, { readonly near: number; readonly similar: number }>> = {
  strict: { near: 0.86, similar: 0.8 },
  balanced: { near: 0.8, similar: 0.69 },
  loose: { near: 0.69, similar: 0.6 },
}

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

export interface Resemblance {
  readonly kind: 'near' | 'recoloured' | 'similar'
  readonly phashDistance: number
  readonly dhashDistance: number
  readonly correlation: number
}

/** What scores less in each view resembles nothing. */
export function leastScore(preset: MatchingPreset): number {
  return SCORES[preset].similar
}

/** What a score of at least `leastScore` means. */
export function kindOf(score: number, isOtherColour: boolean, preset: MatchingPreset): Resemblance['kind'] {
  return score < SCORES[preset].near ? 'similar' : isOtherColour ? 'recoloured' : 'near'
}

/** How far apart the hashes of two pictures are in one view. */
export function distances(
  a: Pick<Signature, 'hashes'>,
  b: Pick<Signature, 'hashes'>,
  view: ViewIndex,
): Pick<Resemblance, 'phashDistance' | 'dhashDistance'> {
  return {
    phashDistance: hammingDistance(hashOf(a, view, 'phash'), hashOf(b, view, 'phash')),
    dhashDistance: hammingDistance(hashOf(a, view, 'dhash'), hashOf(b, view, 'dhash')),
  }
}

/** Filled anew for each pair: nothing in it outlives a call. */
const pair = createLikenessKernel(2)

/** How a resembles b by the rule, in the view in which it does more; or null. Symmetric. What the search finds among many
 *  is what this finds one by one. */
export function resemblance(a: Signature, b: Signature, preset: MatchingPreset): Resemblance | null {
  let best: Resemblance | null = null
  let bestScore = leastScore(preset)
  for (const view of VIEWS) {
    const apart = distances(a, b, view)
    const left = NEAR_DISTANCE - apart.phashDistance - 2 * apart.dhashDistance
    if (left < 0 || hammingDistance(averageHash(a, view), averageHash(b, view)) > left) continue
    pair.put(0, lumaOf(a, view))
    pair.put(1, lumaOf(b, view))
    const { score, correlation } = pair.compare(0, 1)
    if (score < bestScore) continue
    const kind = kindOf(score, isRecoloured(chromaOfView(a, view), chromaOfView(b, view)), preset)
    best = { kind, ...apart, correlation }
    bestScore = score
  }
  return best
}

/** `resemblance` of two fingerprints. Those of different algorithm versions never resemble; nor does what is one tone all
 *  over. */
export function resemblanceOf(a: Fingerprint, b: Fingerprint, preset: MatchingPreset): Resemblance | null {
  if (a.lowVariance || b.lowVariance || a.algorithmVersion !== b.algorithmVersion) return null
  return resemblance(signatureOf(a), signatureOf(b), preset)
}
