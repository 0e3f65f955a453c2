import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { digest } from '../support/differences.ts'

const EVERY_MS = 10
/** Files that were seen before are looked at again this often. */
const AGAIN_MS = 1_000

/** A reader of the NAS who looks all the time. */
export interface NasWatch extends AsyncDisposable {
  /** Names seen so far that are not temporary. */
  readonly named: number
  /** Size of the largest temporary file now. */
  readonly mostUnderWay: number
  stop(): Promise<void>
}

export interface NasWatchOptions {
  readonly folder: string
  /** Whether a whole file may have these bytes. */
  readonly isKnown: (sha256: string) => boolean
  /** Whether it may be seen empty before it is whole: somebody who is not Galley writes it, or its name is claimed so. */
  readonly mayBeEmpty: (path: string) => boolean
  readonly onViolation: (line: string) => void
}

/** Polls `folder`: a file must be whole when its final name is first seen, or empty where that may be, and stay as it is (I3). */
export function watchNas({ folder, isKnown, mayBeEmpty, onViolation }: NasWatchOptions): NasWatch {
  const seen = new Map<string, string>()
  let mostUnderWay = 0
  let lookedAgainAt = 0
  let stopped = false

  const look = async (): Promise<void> => {
    const names = await readdir(folder).catch(() => [])
    const parts = names.filter((name) => name.endsWith('.part'))
    const sizes = await Promise.all(parts.map((name) => sizeOf(join(folder, name))))
    mostUnderWay = Math.max(0, ...sizes)
    for (const name of names) {
      if (name.startsWith('.') || seen.has(name)) continue
      const path = join(folder, name)
      const bytes = await readFile(path).catch(() => null)
      if (bytes?.length === 0 && mayBeEmpty(path)) continue
      if (bytes === null) onViolation(`I3 "${name}" was seen, and was gone at once`)
      else if (!isKnown(digest(bytes)))
        onViolation(`I3 "${name}" was seen with ${bytes.length} bytes that nobody dropped`)
      seen.set(name, (await stateOf(path)) ?? 'gone')
    }
    if (performance.now() - lookedAgainAt < AGAIN_MS) return
    lookedAgainAt = performance.now()
    for (const [name, before] of seen) {
      const now = await stateOf(join(folder, name))
      if (now === before) continue
      onViolation(`I3 "${name}" was ${before}, and is ${now ?? 'gone'}`)
      seen.set(name, now ?? 'gone')
    }
  }

  const watching = (async () => {
    while (!stopped) {
      await look()
      await pause(EVERY_MS)
    }
  })()

  const stop = async (): Promise<void> => {
    stopped = true
    await watching
  }

  return {
    get named() {
      return seen.size
    },
    get mostUnderWay() {
      return mostUnderWay
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Size, time and inode; null when there is no such file. */
async function stateOf(path: string): Promise<string | null> {
  return stat(path).then(
    ({ size, mtimeMs, ino }) => `${size} bytes of ${mtimeMs}, inode ${ino}`,
    () => null,
  )
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
