import { extname } from 'node:path'

/** A process of the engine's: in the sources and in what is built of them it stands in the same folder. */
export function workerEntry(name: 'engine' | 'imaging'): URL {
  return new URL(`../worker/${name}${extname(import.meta.filename)}`, import.meta.url)
}
