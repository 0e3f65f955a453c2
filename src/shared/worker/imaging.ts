import type { Examination } from '../domain/item.ts'

export interface ExamineRequest {
  readonly path: string
  /** Where the WebP thumbnail is written; none without. */
  readonly thumbnailPath?: string
}

/** What an imaging worker does. It keeps nothing between calls. */
export interface ImagingContract {
  /** Inspects, hashes and fingerprints one file from one decode. Emits `hashing` once the header was found good.
   *  Fails with an input code, `source-changed` if the file changed meanwhile, or `cancelled`. */
  readonly examine: { readonly input: ExamineRequest; readonly output: Examination; readonly event: 'hashing' }
  readonly vitals: { readonly input: null; readonly output: ProcessVitals }
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
