/** How much of what was given came through. */
export interface Share {
  readonly of: number
  readonly done: number
}

/** What Galley, and other clients beside it, made of one server. Plain data, kept between runs. */
export interface Trial {
  readonly name: string
  readonly seconds: number
  /** The connection test: what it says of a step that fails, or how it ends. */
  readonly test: { readonly ok: boolean; readonly words: string }
  /** Of the connection test and the first upload. */
  readonly signIns: number
  readonly stored: Share
  readonly foreignKept: boolean
  readonly namesPerFile: number
  readonly damaged: readonly string[]
  readonly leftovers: readonly string[]
  /** Megabytes sent again after the cut; null where no upload was cut. */
  readonly resentMb: number | null
  readonly restored: Share | null
  readonly replaced: 'yes' | 'no' | null
  readonly undone: 'yes' | 'no' | null
  readonly stations: Share | null
  /** Why files wait or failed. */
  readonly refusals: readonly { readonly code: string; readonly words: string }[]
  readonly isAtRest: boolean
  /** What other clients made of the same files, by name; they are not tried where the list is empty. */
  readonly peers: Readonly<Record<string, boolean>>
  /** Why the run is to fail. */
  readonly faults: readonly string[]
}

/** A trial as it is kept: with the commit that was tried, `-dirty` behind it when that was not all. */
export interface KeptTrial extends Trial {
  readonly commit: string
}
