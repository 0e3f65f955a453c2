import type { Drawing } from '../domain/mockup.ts'
import type { ProcessVitals } from './imaging.ts'

export interface DrawRequest {
  /** Of the design's file. */
  readonly path: string
  /** Where pictures of mockups are kept, called by their SHA-256. */
  readonly folder: string
  readonly wanted: readonly { readonly drawing: Drawing; readonly to: string }[]
}

export interface DrawnFile {
  readonly sha256: string
  readonly sizeBytes: number
  readonly mtimeMs: number
}

/** What a process does that draws designs on mockups, one design at a time. */
export interface DrawingContract {
  /** Draws a design on each of the mockups, and writes those as JPEGs; in their order. `damaged-image` where the design cannot
   *  be read, `mockup-wrong` where a picture of a mockup cannot, `disk-full` or `folder-unwritable`. */
  readonly draw: { readonly input: DrawRequest; readonly output: readonly DrawnFile[] }
  readonly vitals: { readonly input: null; readonly output: ProcessVitals }
}
