import { z } from 'zod'
import { sha256Schema } from '../api/blobs.ts'
import { MAX_PHOTO_SIDE } from './mockup-size.ts'

const MAX_PLACEMENTS = 20
/** Corners may lie this far beside the photo: what wraps around it goes on there. */
const MAX_COORDINATE = 3 * MAX_PHOTO_SIDE

/** Of a mockup's name, and its place among those of its template. */
export const MAX_NAME = 200
export const rankSchema = z.number().int().min(0).max(1000)

const coordinateSchema = z.number().min(-MAX_COORDINATE).max(MAX_COORDINATE)
/** A place on the photo, in its pixels from the top left corner. */
const pointSchema = z.tuple([coordinateSchema, coordinateSchema]).readonly()
export type Point = z.infer<typeof pointSchema>

/** Where a design lies on a photo. */
const surfaceSchema = z.discriminatedUnion('kind', [
  /** Seen in perspective: the design's corners, clockwise from its top left one. */
  z.object({ kind: z.literal('quad'), corners: z.tuple([pointSchema, pointSchema, pointSchema, pointSchema]) }),
  /** Bent: the 4 x 4 control points of a bicubic Bezier patch, row by row. */
  z.object({ kind: z.literal('mesh'), points: z.array(pointSchema).length(16) }),
  z.object({
    kind: z.literal('rectangle'),
    left: coordinateSchema,
    top: coordinateSchema,
    width: z.number().positive().max(MAX_COORDINATE),
    height: z.number().positive().max(MAX_COORDINATE),
  }),
])
export type Surface = z.infer<typeof surfaceSchema>
export type Corners = Extract<Surface, { kind: 'quad' }>['corners']

export const BLENDS = ['normal', 'multiply', 'screen'] as const
export type Blend = (typeof BLENDS)[number]

const shareSchema = z.number().min(0).max(1)
const displacementSchema = z.number().min(-200).max(200)

/** A place for a design. `picture` is how its pictures are told, which are as large as the photo and shown with it. */
function placementWith<Picture extends z.ZodType<string>>(picture: Picture) {
  return z.object({
    surface: surfaceSchema,
    /** Where it is black, nothing of the design is seen. */
    mask: picture.nullable(),
    blend: z.enum(BLENDS),
    opacity: shareSchema,
    /** Light and shadow on the design, of the photo itself or of a grey picture in which 128 changes nothing. */
    shading: z.object({ picture: picture.nullable(), strength: shareSchema }).nullable(),
    /** The design follows what is raised and sunk, of the photo or of a grey picture: by so many pixels where that is white. */
    displacement: z
      .object({ picture: picture.nullable(), across: displacementSchema, down: displacementSchema })
      .nullable(),
  })
}
const placementSchema = placementWith(sha256Schema)
export type Placement = z.infer<typeof placementSchema>

/** A JPEG's. */
const qualitySchema = z.number().int().min(1).max(100)

const sideSchema = z.number().int().min(1).max(MAX_PHOTO_SIDE)

/** What a mockup is drawn from. */
export const drawingSchema = z.object({
  photo: z.object({ sha256: sha256Schema, width: sideSchema, height: sideSchema }),
  placements: z.array(placementSchema).min(1).max(MAX_PLACEMENTS),
  quality: qualitySchema,
  /** Laid over all of it, as large as it can be within. */
  watermark: z.object({ picture: sha256Schema, opacity: shareSchema }).nullable(),
})
export type Drawing = z.infer<typeof drawingSchema>

const pathSchema = z.string().min(1)

/** The same as a person gives it: pictures are files, and coordinates pixels of the photo's file. */
export const drawingFilesSchema = z.object({
  photo: pathSchema,
  placements: z.array(placementWith(pathSchema)).min(1).max(MAX_PLACEMENTS),
  quality: qualitySchema,
  watermark: z.object({ picture: pathSchema, opacity: shareSchema }).nullable(),
})
/** As it is saved in a shop. */
export const mockupWishSchema = drawingFilesSchema.extend({
  templateId: z.string(),
  name: z.string().trim().min(1).max(MAX_NAME),
  rank: rankSchema,
})
export type DrawingFiles = z.infer<typeof drawingFilesSchema>

/** The SHA-256 of each of its pictures. */
export function picturesOf({ photo, placements, watermark }: Drawing): string[] {
  const all = placements.flatMap(({ mask, shading, displacement }) => [mask, shading?.picture, displacement?.picture])
  const named = [photo.sha256, watermark?.picture, ...all].filter((sha256) => typeof sha256 === 'string')
  return [...new Set(named)]
}
