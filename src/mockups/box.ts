export interface Size {
  readonly width: number
  readonly height: number
}

/** A rectangle of whole pixels. */
export interface Box extends Size {
  readonly left: number
  readonly top: number
}
