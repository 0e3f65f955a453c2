import type { DesignRecord } from '../../shared/api/records.ts'
import { pathBelow } from '../../shared/domain/place.ts'

export type Located = Pick<DesignRecord, 'placeId' | 'path' | 'remotePath'>

/** How a workstation comes, or once came, to a place. */
export interface PlaceRoot {
  readonly placeId: string
  readonly device: string
  readonly root: string
}

/** The record with its place: by the roots of the workstation that sent it, where it is known and told of any, else by those
 *  of all. As it is, when it has a place, when no root lies above its file, or roots of several places do. */
export function placed<T extends Located>(record: T, device: string | null, roots: readonly PlaceRoot[]): T {
  if (record.placeId !== undefined) return record
  const own = roots.filter((root) => root.device === device)
  const fitting = (own.length > 0 ? own : roots).flatMap(({ placeId, root }) => {
    const path = pathBelow(root, record.remotePath)
    return path === null ? [] : [{ placeId, path }]
  })
  // Of two roots one below the other, the nearer.
  const [nearest] = fitting.toSorted((a, b) => a.path.length - b.path.length)
  const isClear = nearest !== undefined && fitting.every(({ placeId }) => placeId === nearest.placeId)
  return isClear ? { ...record, ...nearest } : record
}

/** Where a record's file stands: the same for all ways that lead there, as far as its place is known. */
export function spotOf({ placeId, path, remotePath }: Located): string {
  return placeId === undefined || path === undefined ? remotePath : `${placeId}/${path}`
}
