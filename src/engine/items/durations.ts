import { MAX_DURATIONS, type Took } from '../../shared/api/records.ts'

/** How long work took that the shop's service was not told of yet, for its metrics. In memory: what ends with a process, or is
 *  more than one request may say, is missed by nobody. */
export interface Durations {
  note(shopId: string, work: keyof Took, ms: number): void
  /** What the shop's service is to be told; nothing: undefined. */
  of(shopId: string): Took | undefined
  told(shopId: string, took: Took): void
}

export function createDurations(): Durations {
  const noted = new Map<string, Record<keyof Took, number[]>>()
  return {
    note(shopId, work, ms) {
      const took = noted.get(shopId) ?? { upload: [], matching: [] }
      noted.set(shopId, took)
      if (took[work].length < MAX_DURATIONS) took[work].push(ms / 1_000)
    },
    of: (shopId) => structuredClone(noted.get(shopId)),
    told(shopId, { upload, matching }) {
      const took = noted.get(shopId)
      took?.upload.splice(0, upload.length)
      took?.matching.splice(0, matching.length)
    },
  }
}
