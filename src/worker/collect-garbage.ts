import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A function that frees what is no longer used, at once. Pixels lie outside V8's heap, so V8 sees no reason to collect
 *  them for many files: measured over print files, a worker's peak fell from 167 to 133 MB. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
