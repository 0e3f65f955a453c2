import { bmvbhash } from 'blockhash-core'
import { HASH_ALGORITHM_VERSION } from '../../shared/domain/hash-version.ts'
import type { Fingerprint, Matte, View } from '../../shared/domain/picture.ts'
import { isFlat, LUMA_SIDE } from '../signature.ts'
import { chromaOf } from './chroma.ts'
import { flatten } from './flatten.ts'
import { frameOf } from './frame.ts'
import { ahash, dhash, PHASH_SIZE, phash, whash } from './hashes.ts'
import type { Header } from './header.ts'
import { pixelsOf } from './pixel-digest.ts'
import type { PixelKernels } from './pixel-kernels.ts'
import { type Box, type Raster, release, type Size } from './raster.ts'

/** A picture whose luma varies less than this over white is looked at over black. */
const MIN_DEVIATION = 6
const NOTHING: Box = { left: 0, top: 0, width: 0, height: 0 }
const GROUND: Readonly<Record<Matte, number>> = { light: 255, dark: 0 }

export interface FingerprintContext {
  readonly header: Header
  /** Of the file. */
  readonly sha256: string
  readonly kernels: PixelKernels
  /** The same picture, as the kernels shrunk it last. */
  readonly miniature: Raster
  /** A part of the picture in more detail, when there is more. */
  closer(box: Box): Promise<Raster | null>
}

/** Everything by which the picture that the kernels hold is recognised. */
export async function fingerprintOf(
  picture: Size,
  { header, sha256, kernels, miniature, closer }: FingerprintContext,
): Promise<Fingerprint> {
  const content = kernels.content()
  const { width, height } = picture
  const pixels = pixelsOf({ kernels, width, sha256 }, content ?? NOTHING, header)
  const matte = chooseMatte(kernels, content ?? { left: 0, top: 0, width, height })
  const whole = { ...viewOf(kernels), chroma: chromaIn(kernels, miniature, miniature) }
  const hashes = {
    phash: whole.phash,
    ahash: ahash(kernels.resized(8, 8)),
    dhash: whole.dhash,
    whash: whash(kernels.cellMeans(8)),
    blockhash: bmvbhash(flatten(miniature, GROUND[matte]), 8),
  }
  const box = frameOf(kernels)
  // The colours first: a closer look leaves the kernels without the miniature.
  const framed = box && {
    chroma: chromaIn(kernels, miniature, picture, box),
    ...(await viewFramed(kernels, box, GROUND[matte], closer)),
  }
  const lowVariance = isFlat(Buffer.from((framed ?? whole).luma, 'base64'))
  return {
    sha256,
    hashes,
    pixels,
    matte,
    luma: whole.luma,
    chroma: whole.chroma,
    framed,
    lowVariance,
    algorithmVersion: HASH_ALGORITHM_VERSION,
  }
}

async function viewFramed(
  kernels: PixelKernels,
  box: Box,
  ground: number,
  closer: FingerprintContext['closer'],
): Promise<Omit<View, 'chroma'>> {
  const detail = await closer(box)
  if (detail === null) kernels.frame(box)
  else {
    kernels.hold(detail)
    release(detail)
    kernels.luma(ground)
    const inner = frameOf(kernels)
    if (inner !== null) kernels.frame(inner)
  }
  return viewOf(kernels)
}

/** Of the luma that the kernels hold. */
function viewOf(kernels: PixelKernels): Omit<View, 'chroma'> {
  const luma = Uint8Array.from(kernels.cellMeans(LUMA_SIDE), Math.round)
  return {
    phash: phash(kernels.resized(PHASH_SIZE, PHASH_SIZE)),
    dhash: dhash(kernels.resized(9, 8)),
    luma: Buffer.from(luma).toString('base64'),
  }
}

/** Of a box of the picture, or all of it, as the miniature shows it. */
function chromaIn(
  kernels: PixelKernels,
  miniature: Size,
  { width, height }: Size,
  box: Box = { left: 0, top: 0, width, height },
): string {
  const [scaleX, scaleY] = [miniature.width / width, miniature.height / height]
  const chroma = chromaOf(kernels, {
    left: box.left * scaleX,
    top: box.top * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
  })
  return Buffer.from(chroma.buffer).toString('base64')
}

/** White designs vanish on white: the ground is white, but black where a picture would be nearly blank on white and shows
 *  more on black. Judged where it is not transparent, so that the room around it does not count. Leaves the luma. */
function chooseMatte(kernels: PixelKernels, box: Box): Matte {
  kernels.luma(GROUND.light)
  const onLight = kernels.deviation(box)
  if (onLight >= MIN_DEVIATION) return 'light'
  kernels.luma(GROUND.dark)
  if (kernels.deviation(box) > onLight) return 'dark'
  kernels.luma(GROUND.light)
  return 'light'
}
