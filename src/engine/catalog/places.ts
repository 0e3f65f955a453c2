import type { Database } from 'better-sqlite3'
import type { DesignRecord } from '../../shared/api/records.ts'
import { pathAt, pathBelow, staysBelow } from '../../shared/domain/place.ts'
import { statementsOf } from './statements.ts'

/** Where a shop's designs lie, as it was proven by the mark at its root. */
export interface ProvenPlace {
  readonly id: string
  /** As this workstation comes there. */
  readonly root: string
  /** The backend knows that. */
  readonly isTold: boolean
}

/** The place of each shop's designs. Their paths in the catalog are whole ones, as this workstation comes there now. */
export function createPlaces(database: Database) {
  const { run, set, row } = statementsOf(database)
  const of = row<[shopId: string], Omit<ProvenPlace, 'isTold'> & { readonly isTold: number }>(
    'SELECT place_id AS id, place_root AS root, place_told AS isTold FROM shops WHERE id = ? AND place_id IS NOT NULL',
  )
  const put = run('UPDATE shops SET place_id = @id, place_root = @root, place_told = @isTold WHERE id = @shopId')
  const setTold = set<boolean>('shops', 'place_told')
  const readAnew = run<[shopId: string]>('UPDATE shops SET feed_cursor = 0 WHERE id = ?')
  const loseDesigns = run<[shopId: string]>(
    `UPDATE designs SET remote_path = NULL WHERE shop_id = ? AND state = 'known'`,
  )
  const move = (table: string, column: string) =>
    run(`UPDATE ${table} SET ${column} = @to || substr(${column}, length(@from) + 1)
         WHERE shop_id = @shopId AND substr(${column}, 1, length(@from)) = @from`)
  const moves = [
    move('designs', 'remote_path'),
    move('replaced_designs', 'remote_path'),
    move('replaced_designs', 'kept_path'),
    move('twins', 'remote_path'),
    move('twins', 'kept_path'),
  ]

  const placeOf = (shopId: string): ProvenPlace | null => {
    const place = of(shopId)
    return place === null ? null : { ...place, isTold: place.isTold === 1 }
  }

  return {
    /** Null while none was proven. */
    of: placeOf,
    /** It was proven. By another way to the same place all paths are others; of another place none is known, and the feed is
     *  read from the start. Inside a write transaction. */
    prove(shopId: string, { id, root, isTold }: ProvenPlace): void {
      const before = placeOf(shopId)
      put({ shopId, id, root, isTold })
      if (before?.id === id) {
        const [from, to] = [pathAt(before.root, ''), pathAt(root, '')]
        if (from !== to) for (const one of moves) one({ shopId, from, to })
        return
      }
      if (before !== null) loseDesigns(shopId)
      readAnew(shopId)
    },
    setTold: (shopId: string): void => setTold(shopId, true),
    /** The backend has other places: it is to be proven anew. */
    forget: (shopId: string): void => put({ shopId, id: null, root: null, isTold: false }),
    /** Where this workstation finds the files of the shop's records: null of one in another place, or that is told to lie
     *  outside of it. */
    pathsOf(shopId: string): (record: Pick<DesignRecord, 'placeId' | 'path' | 'remotePath'>) => string | null {
      const place = placeOf(shopId)
      return ({ placeId, path, remotePath }) => {
        if (place === null || placeId === undefined || path === undefined) return remotePath
        return placeId === place.id && staysBelow(path) ? pathAt(place.root, path) : null
      }
    },
    /** A path here as a record tells of it to others; nothing of one outside of the place. */
    told(shopId: string, remotePath: string): Pick<DesignRecord, 'placeId' | 'path'> {
      const place = placeOf(shopId)
      const path = place === null ? null : pathBelow(place.root, remotePath)
      return place === null || path === null ? {} : { placeId: place.id, path }
    },
  }
}
