import { setTimeout as pause } from 'node:timers/promises'
import type { CatalogReader } from './read-catalog.ts'

const EVERY_MS = 500

export interface EndsWatchOptions {
  readonly catalog: Pick<CatalogReader, 'ends'>
  readonly onViolation: (line: string) => void
}

/** Polls the catalog: an item that has ended stays as it ended, because nobody asks for it again (I7). */
export function watchEnds({ catalog, onViolation }: EndsWatchOptions): AsyncDisposable {
  const ends = new Map<string, string>()
  let stopped = false

  const look = (): void => {
    const now = catalog.ends()
    for (const [id, before] of ends) {
      if (now.get(id) !== before) onViolation(`I7 item ${id} had ended as ${before}, and is ${now.get(id) ?? 'open'}`)
    }
    for (const [id, stage] of now) ends.set(id, stage)
  }

  const watching = (async () => {
    while (!stopped) {
      look()
      await pause(EVERY_MS)
    }
    look()
  })()

  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      await watching
    },
  }
}
