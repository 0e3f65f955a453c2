/** A catalog that was damaged, and what was made in its place. Times in ms since the epoch. */
export interface Rebuilt {
  readonly at: number
  /** From when the state is that it began with; null: from nothing. */
  readonly copyFrom: number | null
  /** The folder where the damaged one is kept. */
  readonly keptIn: string
  /** What was found wrong with it. */
  readonly reason: string
}

/** What a person in front of a terminal reads about it, in lines. */
export function describeRebuilt({ copyFrom, keptIn, reason }: Rebuilt): string[] {
  const what = `The catalog was damaged (${reason}) and is kept in ${keptIn}.`
  return copyFrom === null
    ? [
        `${what} There was no copy of it: a new one begins.`,
        'Give the shop again, by the same name and template, and drop again what you dropped. What is stored already is',
        'known from the backend and the NAS, and is not sent twice.',
      ]
    : [
        `${what} It was made again from its state of ${new Date(copyFrom).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
        'Drop again what you dropped since then. What is stored already is known from the backend and the NAS, and is not',
        'sent twice.',
      ]
}
