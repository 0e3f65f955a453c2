import type { FeedResponse } from '../../shared/api/records.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { LibraryState } from '../../shared/domain/library.ts'
import type { Result } from '../../shared/domain/result.ts'
import type { Catalog } from '../catalog/open-catalog.ts'

/** For the first answer. A service that is away must not hold up the drop. */
const PATIENCE_MS = 5_000

/** How far each shop's designs at the backend are read: what is dropped is compared once its template's are, and at once
 *  where nobody answers. In memory: at the next start it is asked again, and read on from the cursor. */
export interface Library {
  /** Designs of the template may be at the backend that are not known here, and will be in a while. */
  isBehind(shopId: string, templateId: string): boolean
  /** The backend said that there is more than it answered. */
  isReading(shopId: string): boolean
  /** Of the shops whose library is being read, or cannot be. */
  states(): LibraryState[]
  /** The feed is about to be read. */
  begin(shopId: string): void
  /** The next page is to say how many designs there are. */
  isUncounted(shopId: string): boolean
  /** A page was kept. */
  read(shopId: string, page: FeedResponse): void
  /** Nothing more is read for now. */
  end(shopId: string, result: Result<unknown>): void
  /** The feed was set back to its start. */
  forget(shopId: string): void
  dispose(): void
}

/** `asking`: nothing has been answered yet. */
type Reading =
  | { readonly kind: 'asking' | 'read' }
  | { readonly kind: 'away'; readonly failure: Failure | null }
  | { readonly kind: 'reading'; readonly read: number; readonly of: FeedResponse['library'] }

export interface LibraryOptions {
  readonly catalog: { readonly shops: Pick<Catalog['shops'], 'feedCursor' | 'readRev'> }
  /** Work may go on that had to wait, or has to wait. */
  readonly onChange: () => void
  /** More was read. */
  readonly onProgress: () => void
}

export function createLibrary({ catalog, onChange, onProgress }: LibraryOptions): Library {
  const readings = new Map<string, Reading>()
  const timers = new Map<string, NodeJS.Timeout>()

  const set = (shopId: string, reading: Reading): void => {
    clearTimeout(timers.get(shopId))
    const before = readings.get(shopId)?.kind
    readings.set(shopId, reading)
    if (reading.kind !== before) onChange()
    else if (reading.kind === 'reading') onProgress()
  }

  return {
    isBehind(shopId, templateId) {
      const reading = readings.get(shopId)
      if (reading?.kind === 'asking') return true
      if (reading?.kind !== 'reading') return false
      const { feedCursor, readRev } = catalog.shops
      return Math.max(feedCursor(shopId), readRev(templateId)) < (reading.of?.lastRev ?? Number.POSITIVE_INFINITY)
    },
    isReading: (shopId) => readings.get(shopId)?.kind === 'reading',
    states: () =>
      [...readings].flatMap(([shopId, reading]): LibraryState[] => {
        if (reading.kind === 'away') return [{ shopId, ...reading }]
        if (reading.kind !== 'reading') return []
        const { kind, read, of } = reading
        return [{ shopId, kind, read: read + (of?.designs ?? 0) - (of?.left ?? 0), total: of?.designs ?? null }]
      }),
    begin(shopId) {
      if (readings.has(shopId)) return
      set(shopId, { kind: 'asking' })
      timers.set(
        shopId,
        setTimeout(() => set(shopId, { kind: 'away', failure: null }), PATIENCE_MS),
      )
    },
    isUncounted: (shopId) => readings.get(shopId)?.kind !== 'reading',
    read(shopId, { entries, more, library }) {
      const before = readings.get(shopId)
      const reading = before?.kind === 'reading' ? before : { read: 0, of: library }
      // The last page is told by the end.
      if (more) set(shopId, { kind: 'reading', read: reading.read + entries.length, of: reading.of })
    },
    end(shopId, result) {
      // It may have been forgotten, or all is being stopped.
      if (!readings.has(shopId) || (!result.ok && result.failure.code === 'cancelled')) return
      set(shopId, result.ok ? { kind: 'read' } : { kind: 'away', failure: result.failure })
    },
    forget(shopId) {
      clearTimeout(timers.get(shopId))
      if (readings.delete(shopId)) onChange()
    },
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
