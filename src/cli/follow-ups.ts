/** Commands for what comes after a command, ready to be copied. */
export interface FollowUps {
  /** Goes on with what waits. */
  readonly resume: string
  /** Shows what waits for a decision. */
  readonly review: string
  /** Tells what became of each file of a batch. */
  receipt(batchId: string): string
}

/** The follow-ups in this data folder. */
export function followUps({ dataDir }: { readonly dataDir: string }): FollowUps {
  const folder = /\s/.test(dataDir) ? JSON.stringify(dataDir) : dataDir
  const command = (words: string): string => `npm run -s galley -- ${words} --data-dir ${folder}`
  return {
    resume: command('resume'),
    review: command('review'),
    receipt: (batchId) => command(`receipt ${batchId}`),
  }
}
