import { dhash, PHASH_SIZE, phash } from '../../src/engine/imaging/hashes.ts'
import { createPixelKernels, type PixelKernels } from '../../src/engine/imaging/pixel-kernels.ts'
import { mulberry32 } from '../../src/practice/drawing/mulberry32.ts'
import type { Fingerprint, View } from '../../src/shared/domain/picture.ts'

/** As many different pictures, each of them again and again with slight changes: libraries have both. */
const PICTURES = 40_000
const SIDE = 24
const MAX_FLIPS = 4

/** Fingerprints of designs composed from the luma of real ones, with hashes that are theirs: turned, moved, mirrored, one
 *  laid into another. As many pairs are near by their hashes as among real designs, which random hashes never are. */
export function createVariedDesigns(bases: readonly Fingerprint[]): () => Fingerprint {
  const random = mulberry32(1)
  const kernels = createPixelKernels()
  const oneOf = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(random() * list.length)]
    if (one === undefined) throw new Error('nothing to vary')
    return one
  }
  const compose = (): Fingerprint => {
    const [base, other] = [oneOf(bases), oneOf(bases)]
    const [turn, insert] = [placement(random, 1, 0.05), placement(random, 5, 1)]
    const made = (under: View, over: View): View => {
      const luma = place(place(new Uint8Array(SIDE * SIDE).fill(255), under.luma, turn), over.luma, insert)
      return { ...under, ...hashesOf(kernels, luma), luma: Buffer.from(luma).toString('base64') }
    }
    const whole = made({ ...base, ...base.hashes }, { ...other, ...other.hashes })
    const framed = base.framed && made(base.framed, other.framed ?? whole)
    return { ...base, hashes: { ...base.hashes, phash: whole.phash, dhash: whole.dhash }, luma: whole.luma, framed }
  }
  const pictures = Array.from({ length: PICTURES }, compose)

  const flip = (hex: string): string => {
    let bits = BigInt(`0x${hex}`)
    for (let flips = random() * (MAX_FLIPS + 1); flips >= 1; flips--) bits ^= 1n << BigInt(Math.floor(random() * 64))
    return bits.toString(16).padStart(16, '0')
  }
  const change = <V extends Pick<View, 'phash' | 'dhash'>>(view: V): V => {
    return { ...view, phash: flip(view.phash), dhash: flip(view.dhash) }
  }
  return () => {
    const picture = oneOf(pictures)
    return { ...picture, hashes: change(picture.hashes), framed: picture.framed && change(picture.framed) }
  }
}

/** From a place on the canvas to the place in the picture that is shown there. */
type Placement = (x: number, y: number) => readonly [x: number, y: number]

function placement(random: () => number, scale: number, freedom: number): Placement {
  const within = (most: number): number => (random() - 0.5) * 2 * most * freedom
  const [angle, zoom] = [within(0.8), scale * (1 + within(0.3))]
  const [cos, sin] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom]
  const middle = SIDE / 2
  const [left, top] = [middle + within(middle), middle + within(middle)]
  return (x, y) => [(x - left) * cos - (y - top) * sin + middle, (x - left) * sin + (y - top) * cos + middle]
}

/** The picture laid over the canvas; what lies outside of it stays. */
function place(canvas: Uint8Array, picture: string, at: Placement): Uint8Array {
  const luma = Buffer.from(picture, 'base64')
  return canvas.map((under, i) => {
    const [x, y] = at(i % SIDE, Math.floor(i / SIDE))
    const [left, top] = [Math.round(x), Math.round(y)]
    return left < 0 || top < 0 || left >= SIDE || top >= SIDE ? under : (luma[top * SIDE + left] ?? under)
  })
}

function hashesOf(kernels: PixelKernels, luma: Uint8Array): Pick<View, 'phash' | 'dhash'> {
  const data = Buffer.alloc(luma.length * 4, 255)
  for (const [i, value] of luma.entries()) data.fill(value, i * 4, i * 4 + 3)
  kernels.hold({ width: SIDE, height: SIDE, data })
  kernels.luma(255)
  return { phash: phash(kernels.resized(PHASH_SIZE, PHASH_SIZE)), dhash: dhash(kernels.resized(9, 8)) }
}
