import type { Examination, PreparedFile } from '../domain/item.ts'
import type { Drawing } from '../domain/mockup.ts'
import type { Print } from '../domain/shop.ts'

export interface ExamineRequest {
  readonly path: string
  /** Where the thumbnail is written, a PNG or a WebP; none without. */
  readonly thumbnailPath?: string
  /** Where a small one is written, which may lie at the record service. */
  readonly smallThumbnailPath?: string
}

export interface PrepareRequest {
  readonly path: string
  /** Of the file that was examined. */
  readonly sha256: string
  readonly print: Print
  /** Where the print file is written: nothing is there yet, its folder is. */
  readonly partPath: string
}

/** What a picture of a mockup is for: a photo becomes a JPEG, a mask grey, a watermark keeps its transparency. */
export type PictureRole = 'photo' | 'mask' | 'watermark'

export interface ImportPictureRequest {
  readonly path: string
  readonly role: PictureRole
  /** Where it is kept, called by its SHA-256. */
  readonly folder: string
}

export interface ImportedPicture {
  readonly sha256: string
  readonly width: number
  readonly height: number
  /** Of the file. */
  readonly original: { readonly width: number; readonly height: number }
}

export interface DrawMockupRequest {
  readonly drawing: Drawing
  /** Where its pictures are kept, called by their SHA-256. */
  readonly folder: string
  /** Of the design. */
  readonly path: string
  /** Where the JPEG is written, over what is there. */
  readonly to: string
}

/** What an imaging worker does. It keeps nothing between calls. */
export interface ImagingContract {
  /** Inspects, hashes and fingerprints one file from one decode. Emits `hashing` once the header was found good.
   *  Fails with an input code, `source-changed` if the file changed meanwhile, or `cancelled`. */
  readonly examine: { readonly input: ExamineRequest; readonly output: Examination; readonly event: 'hashing' }
  /** Makes the print file of a design, synced; on failure nothing is left. Fails like `examine`, and with `disk-full`. */
  readonly prepare: { readonly input: PrepareRequest; readonly output: PreparedFile }
  /** How much two thumbnails differ where they differ most; null where they cannot be compared. */
  readonly largestDifference: {
    readonly input: { readonly first: string; readonly second: string }
    readonly output: number | null
  }
  /** Brings a picture of a mockup to sRGB and its largest size. Fails like `examine`, with `mockup-wrong` where it is not what
   *  a mockup takes, and with `disk-full`. */
  readonly importPicture: { readonly input: ImportPictureRequest; readonly output: ImportedPicture }
  /** Draws a design on a mockup. Fails like `examine`, and with `folder-unwritable`. */
  readonly drawMockup: { readonly input: DrawMockupRequest; readonly output: null }
  readonly vitals: { readonly input: null; readonly output: ProcessVitals }
  /** Memory that the process holds now, answered while a file is examined too. */
  readonly heldBytes: { readonly input: null; readonly output: number }
  readonly versions: { readonly input: null; readonly output: { readonly sharp: string; readonly libvips: string } }
}

/** How a process of ours is doing. */
export interface ProcessVitals {
  readonly pid: number
  readonly rssBytes: number
  readonly peakRssBytes: number
  /** 99th percentile of event-loop delay since the last reading, the timer's resolution subtracted, ms. */
  readonly loopDelayP99Ms: number
}
