import { randomFillSync } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diskTrouble } from '../../data-folder/failures.ts'
import { FULL_BELOW_BYTES, freeBytes } from '../../data-folder/free-bytes.ts'
import { type Failure, failure } from '../../shared/domain/failure.ts'

/** The ballast takes up room only to have some to give: enough for the state of all that is under way. */
const BALLAST_BYTES = 4 * 1024 * 1024
/** It is made where as much is left beside it, else the next write would take it away again. */
const ROOM_FOR_BALLAST = 2 * BALLAST_BYTES
const LOOK_EVERY_MS = 3_000

/** What is done about the disk that the catalog lies on. */
export interface DiskCare {
  /** The catalog is open: keeps a ballast from now on. */
  begin(): void
  /** Why a write must wait; null when that is not the doing of the disk, or of another program's lock. */
  troubleOf(error: unknown): Failure | null
  /** A write waits for this reason: says so, and gives up the ballast. True when there is room again. */
  failed(trouble: Failure): boolean
  /** What was read or written is damaged: says so. */
  damaged(error: unknown): Failure
  /** What waited was written. */
  worked(): void
  /** Settles when no file of its own is being written any more. */
  close(): Promise<void>
}

/** Keeps a ballast file in the data folder, and frees its room when the disk is full: right away if it is now, as it
 *  takes room even to read a catalog. `onTrouble` hears why writes wait, or new work must, and null when that is over; or
 *  `catalog-damaged`, which is never over. */
export function openDiskCare(dataDir: string, onTrouble: (trouble: Failure | null) => void): DiskCare {
  const ballast = join(dataDir, 'ballast')
  /** While it does not, only what is under way may take up room. */
  let isStanding = true
  let making: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const giveUp = (): boolean => {
    if (!existsSync(ballast)) return false
    rmSync(ballast, { force: true })
    isStanding = false
    return true
  }

  const look = (): void => {
    making = makeBallast(ballast, dataDir).then((isThere) => {
      if (closed) return
      if (!isThere) timer = setTimeout(look, LOOK_EVERY_MS).unref()
      if (!isThere) onTrouble(failure('disk-full', dataDir))
      else if (!isStanding) onTrouble(null)
      isStanding = isThere
    })
  }

  if (freeBytes(dataDir) < FULL_BELOW_BYTES) giveUp()
  return {
    begin: look,
    troubleOf: (error) => diskTrouble(error, dataDir),
    failed(trouble) {
      onTrouble(trouble)
      const hasRoom = trouble.code === 'disk-full' && giveUp()
      if (hasRoom) {
        clearTimeout(timer)
        timer = setTimeout(look, LOOK_EVERY_MS).unref()
      }
      return hasRoom
    },
    damaged(error) {
      const trouble = failure('catalog-damaged', String(error))
      onTrouble(trouble)
      return trouble
    },
    worked() {
      if (isStanding) onTrouble(null)
    },
    close() {
      closed = true
      clearTimeout(timer)
      return making
    },
  }
}

/** True when the ballast stands, whole. */
async function makeBallast(path: string, dataDir: string): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size === BALLAST_BYTES) return true
  if (freeBytes(dataDir) < ROOM_FOR_BALLAST) return false
  try {
    // Zeros take no room on a disk that compresses.
    await writeFile(path, randomFillSync(Buffer.allocUnsafe(BALLAST_BYTES)))
    return true
  } catch {
    await rm(path, { force: true }).catch(() => undefined)
    return false
  }
}
