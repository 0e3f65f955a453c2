import type { Fingerprint, View } from '../shared/domain/picture.ts'

/** The views in which two pictures are compared: the whole picture, and the artwork without the ground around it. */
export const VIEWS = [0, 1] as const
export type ViewIndex = (typeof VIEWS)[number]
/** Cells along each side of the luma signature, one byte each, and of the chroma signature, two bytes each. */
export const LUMA_SIDE = 24
export const CHROMA_SIDE = 6
export const LUMA_BYTES = LUMA_SIDE ** 2
export const CHROMA_BYTES = 2 * CHROMA_SIDE ** 2
const HASH_BYTES = 8
/** Parts of the luma along each side for the average hash. */
const PARTS = 8
/** A luma that varies less than this is mostly rounding: no hash of it means anything. */
const MIN_DEVIATION = 2

/** What the duplicate rule compares, as it is stored. */
export interface Signature {
  /** pHash and dHash of the whole, then of the artwork: 32 bytes. */
  readonly hashes: Buffer
  /** 24 x 24 of the whole, then of the artwork: 1152 bytes, or 576 when both are the same. */
  readonly luma: Buffer
  /** 6 x 6 of the same, Cb and Cr as signed bytes: 144 bytes, or 72. */
  readonly chroma: Buffer
}

type SignatureSource = Pick<Fingerprint, 'hashes' | 'luma' | 'chroma' | 'framed'>

/** Of a picture that is nearly one tone as a whole, small on a large canvas, the whole says nothing: the artwork takes its
 *  place. */
export function signatureOf({ hashes, luma, chroma, framed }: SignatureSource): Signature {
  const whole = { phash: hashes.phash, dhash: hashes.dhash, luma, chroma }
  const artwork = framed ?? whole
  const views: readonly View[] = isFlat(Buffer.from(luma, 'base64')) ? [artwork, artwork] : [whole, artwork]
  const kept = views[0] === views[1] ? [artwork] : views
  const all = (which: 'luma' | 'chroma'): Buffer =>
    Buffer.concat(kept.map((view) => Buffer.from(view[which], 'base64')))
  return {
    hashes: Buffer.from(views.map(({ phash, dhash }) => phash + dhash).join(''), 'hex'),
    luma: all('luma'),
    chroma: all('chroma'),
  }
}

/** One of the 8-byte hashes: a view of the signature. */
export function hashOf({ hashes }: Pick<Signature, 'hashes'>, view: ViewIndex, which: 'phash' | 'dhash'): Buffer {
  const at = view * 2 * HASH_BYTES + (which === 'phash' ? 0 : HASH_BYTES)
  return hashes.subarray(at, at + HASH_BYTES)
}

/** The average hash of the luma of one view: which of its 8 x 8 parts are brighter than the whole. */
export function averageHash(signature: Pick<Signature, 'luma'>, view: ViewIndex): Buffer {
  const luma = lumaOf(signature, view)
  const sums = new Uint16Array(PARTS * PARTS)
  const side = LUMA_SIDE / PARTS
  let total = 0
  for (let y = 0, i = 0; y < LUMA_SIDE; y++) {
    const row = Math.floor(y / side) * PARTS
    for (let x = 0; x < LUMA_SIDE; x++, i++) {
      const part = row + Math.floor(x / side)
      sums[part] = (sums[part] ?? 0) + (luma[i] ?? 0)
      total += luma[i] ?? 0
    }
  }
  const hash = Buffer.alloc(HASH_BYTES)
  for (const [part, sum] of sums.entries())
    if (sum * PARTS * PARTS > total) hash[part >> 3] = (hash[part >> 3] ?? 0) | (1 << (part & 7))
  return hash
}

/** The 576 bytes of one view. */
export function lumaOf({ luma }: Pick<Signature, 'luma'>, view: ViewIndex): Buffer {
  const at = luma.length > LUMA_BYTES ? view * LUMA_BYTES : 0
  return luma.subarray(at, at + LUMA_BYTES)
}

/** The 72 values of one view. */
export function chromaOfView({ chroma }: Pick<Signature, 'chroma'>, view: ViewIndex): Int8Array {
  const at = chroma.length > CHROMA_BYTES ? view * CHROMA_BYTES : 0
  return new Int8Array(chroma.buffer, chroma.byteOffset + at, Math.min(chroma.length, CHROMA_BYTES))
}

/** Nearly one tone: its hashes are noise. */
export function isFlat(luma: Uint8Array): boolean {
  // By index: with callbacks this would be a tenth of what reading a library takes.
  let sum = 0
  for (let i = 0; i < luma.length; i++) sum += luma[i] ?? 0
  const mean = sum / luma.length
  let squares = 0
  for (let i = 0; i < luma.length; i++) squares += ((luma[i] ?? 0) - mean) ** 2
  return Math.sqrt(squares / luma.length) < MIN_DEVIATION
}
