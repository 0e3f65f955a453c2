import { readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

const PART = /^\.galley-([0-9a-f-]{36})-\d+\.part$/
/** A busy machine may take so long to let a woken process do what it had been told. */
const WAKING_MS = 5_000
const TWO_DAYS_MS = 48 * 3600_000

/** Makes the temporary files of `sweptIds` two days old: only a session that was frozen and woke after the sweep can have
 *  made them. A line for each that was made at another time. */
export async function ageLeftParts(
  folder: string,
  sweptIds: readonly string[],
  wakings: readonly number[],
): Promise<string[]> {
  const lines: string[] = []
  const swept = new Set(sweptIds)
  for (const name of await readdir(folder)) {
    const itemId = PART.exec(name)?.[1]
    if (itemId === undefined || !swept.has(itemId)) continue
    const { birthtimeMs } = await stat(join(folder, name))
    const isOfWaking = wakings.some((at) => birthtimeMs > at - 100 && birthtimeMs < at + WAKING_MS)
    if (!isOfWaking) lines.push(`I8 left over on the NAS after the sweep: ${name}`)
    const then = new Date(Date.now() - TWO_DAYS_MS)
    await utimes(join(folder, name), then, then)
  }
  return lines
}
