/** What a picture may ask of a worker process. */
export interface ImagingLimits {
  readonly maxPixels: number
  /** For pictures that no decoder can read row by row: all of their pixels are in memory at once. */
  readonly maxHeldPixels: number
  /** Longer side by shorter side. */
  readonly maxAspectRatio: number
  /** For one file, from opening it to the last hash. */
  readonly timeoutMs: number
}

/** 4e7 held pixels are 160 MB of RGBA; a 4500 x 5400 print file is 2.43e7. */
export const DEFAULT_LIMITS: ImagingLimits = {
  maxPixels: 1e8,
  maxHeldPixels: 4e7,
  maxAspectRatio: 50,
  timeoutMs: 60_000,
}
