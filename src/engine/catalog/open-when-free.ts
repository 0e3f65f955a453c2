import { setTimeout as pause } from 'node:timers/promises'
import { openCatalog } from './open-catalog.ts'

/** SQLite waits for some seconds each time; between two of them the process hears what is said to it. */
const TRIES = 4
const PAUSE_MS = 100

/** Opens as `openCatalog` does, and waits for some 20 s for another program that locks the catalog: then it fails with
 *  `catalog-busy`. */
export async function openWhenFree(
  ...options: Parameters<typeof openCatalog>
): Promise<ReturnType<typeof openCatalog>> {
  for (let tries = 1; ; tries += 1) {
    const opened = openCatalog(...options)
    if (opened.ok || opened.failure.code !== 'catalog-busy' || tries === TRIES) return opened
    await pause(PAUSE_MS)
  }
}
