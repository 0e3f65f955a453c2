import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import type { Drawing, Placement } from '../shared/domain/mockup.ts'
import { outputSizeOf } from '../shared/domain/mockup-size.ts'
import type { Box, Size } from './box.ts'
import type { Layer, Pixels } from './mockup-kernels.ts'
import { displaced, NEUTRAL, reliefOf, weakened } from './relief.ts'
import { boxOf, mapOf, rangeOf, type SeenSizes, scaled, seenSizesOf } from './surface.ts'

/** Around a surface, for its edge to be smooth. */
const EDGE = 3
/** Folds are that wide; what is finer is the weave of a cloth, by which no design is moved. */
const FOLD_SIGMA = 4
/** Below this libvips takes one pixel for itself. */
const MIN_SIGMA = 0.3

/** All that a mockup needs beside the design: made once for many of them. */
export interface Scene {
  /** RGB. */
  readonly photo: Pixels
  readonly layers: readonly Layer[]
  readonly watermark: OverlayOptions | null
  readonly quality: number
}

/** A picture of the mockup by its SHA-256: its file, or its bytes. */
type FindPicture = (sha256: string) => string | Uint8Array
type Picture = ReturnType<FindPicture>

/** Rejects on damage. */
export async function prepareScene({ placements, ...drawing }: Drawing, find: FindPicture): Promise<Scene> {
  const { scale, ...size } = outputSizeOf(drawing.photo)
  const { data } = await resized(find(drawing.photo.sha256), size)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const photo = { ...size, data }
  const shown = placements.map((placement) => onOutput(placement, scale))
  const layers: Layer[] = []
  for (const placement of shown) layers.push(await layerOf(placement, photo, find))
  return {
    photo,
    layers,
    watermark: drawing.watermark === null ? null : await watermarkOf(drawing.watermark, size, find),
    quality: drawing.quality,
  }
}

/** How large a design is seen on these. */
export function seenOn(drawings: readonly Drawing[]): SeenSizes {
  const seen = drawings.flatMap(({ photo, placements }) => {
    const { scale } = outputSizeOf(photo)
    return placements.map(({ surface }) => seenSizesOf(scaled(surface, scale)))
  })
  return {
    largest: rangeOf(seen.map(({ largest }) => largest)).largest,
    smallest: rangeOf(seen.map(({ smallest }) => smallest)).smallest,
  }
}

function onOutput({ surface, displacement, ...rest }: Placement, scale: number): Placement {
  const { across = 0, down = 0 } = displacement ?? {}
  return {
    ...rest,
    surface: scaled(surface, scale),
    displacement: displacement && { ...displacement, across: across * scale, down: down * scale },
  }
}

async function layerOf(placement: Placement, photo: Pixels, find: FindPicture): Promise<Layer> {
  const { surface, mask, blend, opacity, shading, displacement } = placement
  const reach = Math.max(Math.abs(displacement?.across ?? 0), Math.abs(displacement?.down ?? 0))
  const box = boxOf(surface, photo, EDGE + Math.ceil(reach))
  const whole = new Uint8Array(box.width * box.height).fill(255)
  const seen = mask === null ? whole : await partOf(find(mask), photo, box)
  const map = mapOf(surface, box)
  const onSurface = seen.map((value, i) => (isWithin(map.uv, box, i) ? value : 0))
  const relief = async (picture: string | null, sigma: number): Promise<Uint8Array> =>
    picture === null ? reliefOf(await greyOf(photo, box, sigma), onSurface) : partOf(find(picture), photo, box)
  return {
    map: displacement === null ? map : displaced(map, await relief(displacement.picture, FOLD_SIGMA), displacement),
    cover: seen.map((value) => Math.round(value * opacity)),
    shade: shading === null ? whole.fill(NEUTRAL) : weakened(await relief(shading.picture, 0), shading.strength),
    blend,
  }
}

/** Does the design lie where the box has its pixel `i`? */
function isWithin(uv: Float32Array, { width }: Box, i: number): boolean {
  const at = ((Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1) * 2
  const [u = Number.NaN, v = Number.NaN] = [uv[at], uv[at + 1]]
  return u >= 0 && u <= 1 && v >= 0 && v <= 1
}

/** A part of a grey picture, once it is as large as the photo. */
function partOf(picture: Picture, size: Size, box: Box): Promise<Uint8Array> {
  return greyBytes(resized(picture, size).extract(box))
}

/** A part of the photo in grey, blurred. */
function greyOf({ width, height, data }: Pixels, box: Box, sigma: number): Promise<Uint8Array> {
  const part = sharp(data, { raw: { width, height, channels: 3 } }).extract(box)
  return greyBytes(sigma < MIN_SIGMA ? part : part.blur(sigma))
}

function resized(picture: Picture, { width, height }: Size): Sharp {
  return sharp(picture).resize({ width, height, fit: 'fill' })
}

async function greyBytes(image: Sharp): Promise<Uint8Array> {
  return image.removeAlpha().toColourspace('b-w').raw().toBuffer()
}

async function watermarkOf(
  { picture, opacity }: NonNullable<Drawing['watermark']>,
  { width, height }: Size,
  find: FindPicture,
): Promise<OverlayOptions> {
  const image = sharp(find(picture)).resize({ width, height, fit: 'inside' })
  const { data, info } = await image.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  for (let i = 3; i < data.length; i += 4) data[i] = Math.round((data[i] ?? 0) * opacity)
  return { input: data, raw: { width: info.width, height: info.height, channels: 4 }, gravity: 'centre' }
}
