/** What one connection carries at a time: 16 small files, or 4 large ones, or a mixture. */
export const CONNECTION_CAPACITY = 16
const SMALL_FILE_BYTES = 1024 * 1024
const WEIGHT = { small: 1, large: 4 } as const

/** In place of a file's size: it shares its connection with no other. */
export const ALONE = 'alone'

/** How much of a connection's capacity a file takes. */
export function weightOf(sizeBytes: number | typeof ALONE): number {
  if (sizeBytes === ALONE) return CONNECTION_CAPACITY
  return sizeBytes < SMALL_FILE_BYTES ? WEIGHT.small : WEIGHT.large
}
