import { z } from 'zod'

/** The picture formats that Galley takes, by content, never by file name. */
export const PICTURE_FORMATS = ['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

export { HASH_ALGORITHM_VERSION } from './hash-version.ts'

const hash64 = z.string().regex(/^[0-9a-f]{16}$/)

/** The five 64-bit picture hashes, each as 16 hex digits. */
export const pictureHashesSchema = z.object({
  phash: hash64,
  ahash: hash64,
  dhash: hash64,
  whash: hash64,
  blockhash: hash64,
})

/** What two pictures are compared by. */
export const viewSchema = z.object({
  phash: hash64,
  dhash: hash64,
  /** 24 x 24 luma, row by row, base64 of 576 bytes. */
  luma: z.string().regex(/^[A-Za-z0-9+/=]{0,800}$/),
  /** 6 x 6 cells of Cb and Cr, row by row, base64 of 72 signed bytes; empty in version 2 and before. */
  chroma: z
    .string()
    .regex(/^[A-Za-z0-9+/=]{0,100}$/)
    .default(''),
})
export type View = z.infer<typeof viewSchema>

/** The pixels themselves, as far as they can be seen. */
export const pixelsSchema = z.object({
  /** The first 16 bytes of a SHA-256 over the pixels within the transparent margin, 32 hex digits. Of pictures over four
   *  million pixels: over those that they are shrunk to, and their size. Of several pages, or with plates: over the file's
   *  SHA-256 as well. */
  digest: z.string().regex(/^[0-9a-f]{32}$/),
  /** Where on which canvas they lie; equal or not. */
  place: z.string().regex(/^[0-9,x]{1,40}$/),
})
export type Pixels = z.infer<typeof pixelsSchema>

/** Of a whole picture, in pixels. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** The size of a picture of which that place is said; null where none is, as by an older version. */
export function sizeOf(place: string | null): PictureSize | null {
  const size = /(\d+)x(\d+)$/.exec(place ?? '')
  return size === null ? null : { width: Number(size[1]), height: Number(size[2]) }
}

/** The ground on which a transparent picture was flattened before it was hashed. */
export const matteSchema = z.enum(['light', 'dark'])
export type Matte = z.infer<typeof matteSchema>

/** Everything by which a design is recognised. */
export const fingerprintSchema = z.object({
  /** SHA-256 of the file's bytes, 64 hex digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  hashes: pictureHashesSchema,
  /** Null in version 2 and before. */
  pixels: pixelsSchema.nullable().default(null),
  matte: matteSchema,
  /** 24 x 24 luma of the whole picture, as in a view. */
  luma: viewSchema.shape.luma,
  /** Its colours, as in a view. */
  chroma: viewSchema.shape.chroma,
  /** The artwork without the even ground around it; null where there is none. */
  framed: viewSchema.nullable().default(null),
  /** Nearly one tone all over: its hashes say nothing, only exact matches count. */
  lowVariance: z.boolean(),
  algorithmVersion: z.number().int(),
})
export type Fingerprint = z.infer<typeof fingerprintSchema>

/** What the header and the decode say about a picture. */
export const pictureInfoSchema = z.object({
  format: z.enum(PICTURE_FORMATS),
  /** Pixels, after EXIF orientation. */
  width: z.number().int(),
  height: z.number().int(),
  /** Dots per inch written in the file, if any. */
  dpi: z.number().optional(),
  hasAlpha: z.boolean(),
  /** Channels beside colours and transparency, as of spot inks and saved selections; only where there are any. */
  extraChannels: z.number().int().optional(),
  /** Its alpha where it is least and where it is most, 0 to 255, once shrunk to 256 pixels; only of one that can be transparent,
   *  and not of what older versions examined. */
  opacity: z.object({ least: z.number().int(), most: z.number().int() }).optional(),
  /** The box of all that is not fully transparent, in pixels; of a large picture it may be a few too large. Only where
   *  there is a margin around it. */
  content: z
    .object({ left: z.number().int(), top: z.number().int(), width: z.number().int(), height: z.number().int() })
    .optional(),
  /** Frames or pages; only the first is looked at. */
  pages: z.number().int(),
  /** sharp's name of it, such as `srgb`. */
  colourSpace: z.string().regex(/^[\w-]{1,40}$/),
  hasColourProfile: z.boolean(),
})
export type PictureInfo = z.infer<typeof pictureInfoSchema>
