import { statSync } from 'node:fs'
import { freeBytes } from '../../data-folder/free-bytes.ts'
import { describeDetail } from '../../shared/texts/details-en.ts'
import type { CopyContract } from '../../shared/worker/copy.ts'
import { createPeer } from '../../shared/worker/peer.ts'
import type { EngineHost } from '../ports.ts'
import { copyPath, isToCome, listCopies, pruneCopies } from './copies.ts'
import { type Catalog, catalogFile } from './open-catalog.ts'

const DAY_MS = 24 * 3600_000
const LOOK_EVERY_MS = 10 * 60_000
/** Copies are for days on which all is well: one never fills the disk. */
const ROOM_FACTOR = 3

export interface DailyCopy {
  /** Looks now whether a copy is due, and from now on. */
  begin(): void
  stop(): Promise<void>
}

/** Copies the catalog at most once a day, as soon as there is a shop in it, in a process of its own. */
export function keepDailyCopy(dataDir: string, { shops }: Pick<Catalog, 'shops'>, host: EngineHost): DailyCopy {
  const { clock, log } = host
  let copying: Promise<void> = Promise.resolve()
  let end: () => void = () => undefined

  const isDue = (): boolean => {
    const now = clock.now()
    const [newest] = listCopies(dataDir, now)
    // A clock that was moved back must not keep the next copy away.
    const isFresh = newest !== undefined && !isToCome(newest, now) && now - newest.at < DAY_MS
    if (isFresh || shops.shops().length === 0) return false
    return freeBytes(dataDir) > ROOM_FACTOR * statSync(catalogFile(dataDir)).size
  }

  const copy = async (): Promise<void> => {
    const child = host.spawnWorker('copy')
    end = child.kill
    const peer = createPeer<Record<never, never>, CopyContract>(child.port, {})
    const copied = await peer.call('copy', { from: catalogFile(dataDir), to: copyPath(dataDir, clock.now()) })
    peer.close()
    child.kill()
    await child.exited
    if (copied.ok) pruneCopies(dataDir, clock.now())
    else log.warn('catalog not copied', { code: copied.failure.code, detail: describeDetail(copied.failure.detail) })
  }

  const look = (): void => {
    if (isDue()) copying = copy()
  }
  let timer: NodeJS.Timeout | undefined
  return {
    begin() {
      if (timer !== undefined) return
      timer = setInterval(look, LOOK_EVERY_MS).unref()
      look()
    },
    stop() {
      clearInterval(timer)
      end()
      return copying
    },
  }
}
