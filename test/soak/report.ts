/** What every form of the soak is told. */
export interface SoakBasis {
  /** Of the designs. */
  readonly seed: number
  /** The folder `src/` of the program that is soaked. */
  readonly program: URL
  readonly tell: (line: string) => void
}

/** What every form of the soak reports. */
export interface SoakResult<Victim extends string> {
  readonly violations: readonly string[]
  readonly kills: Readonly<Record<Victim, number>>
  /** How many items ended how. */
  readonly ends: Readonly<Record<string, number>>
}
