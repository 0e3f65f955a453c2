/** Deadlines of the transfer, ms. Tests set small ones; everyone else takes the defaults. */
export interface TransferDeadlines {
  /** From the first packet to an open SFTP channel. */
  readonly connectMs: number
  /** Between two keepalives; three unanswered ones end the connection. Shorter kills healthy slow links. */
  readonly keepaliveMs: number
  /** Requests under way and no answer for so long: the connection is dead. */
  readonly progressMs: number
  /** Connections that nobody uses are closed after this. */
  readonly idleMs: number
}

export const DEFAULT_DEADLINES: TransferDeadlines = {
  connectMs: 20_000,
  keepaliveMs: 10_000,
  progressMs: 60_000,
  idleMs: 60_000,
}

export const KEEPALIVES_UNANSWERED = 3
