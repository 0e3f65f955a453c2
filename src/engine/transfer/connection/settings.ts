/** Deadlines of the transfer, ms. Tests set small ones; everyone else takes the defaults. */
export interface TransferDeadlines {
  /** To reach the NAS, and as long again until its host key is seen. */
  readonly connectMs: number
  /** From there to the sign-in, and as long again to SFTP's first answer: a NAS may ask a directory, or wake its disks. */
  readonly signInMs: number
  /** Between two keepalives; three unanswered ones end the connection. Shorter kills healthy slow links. */
  readonly keepaliveMs: number
  /** Requests under way and no answer for so long: the connection is dead. */
  readonly progressMs: number
  /** Connections that nobody uses are closed after this. */
  readonly idleMs: number
}

export const DEFAULT_DEADLINES: TransferDeadlines = {
  connectMs: 20_000,
  signInMs: 90_000,
  keepaliveMs: 10_000,
  progressMs: 60_000,
  idleMs: 60_000,
}

export const KEEPALIVES_UNANSWERED = 3
