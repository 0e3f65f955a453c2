import type { DesignRecord } from '../../shared/api/records.ts'
import type { GoneDesign, Resent } from '../../shared/api/resent.ts'
import { spotOf } from '../places/placing.ts'

/** A design that is none any more; `uploadedAt` null: whichever of its lives. */
export type KnownGone = Omit<GoneDesign, 'uploadedAt'> & { readonly uploadedAt: string | null }

/** What a shop knows of designs: by their ids, each in at most one of the two. */
export interface KnownDesigns {
  /** Stored, whether another has taken its place since or not. */
  readonly records: Map<string, DesignRecord>
  readonly gone: Map<string, KnownGone>
}

/** Does the shop lack that a design was stored? What it knows of a later life of the same id, or its end, is more. */
export function lacksRecord(known: KnownDesigns, { id, uploadedAt }: Pick<DesignRecord, 'id' | 'uploadedAt'>): boolean {
  const { record, gone } = of(known, id)
  return !(isAsLate(record?.uploadedAt, uploadedAt) || (gone !== undefined && isOver(gone, uploadedAt)))
}

/** Does the shop lack that a design is none any more? */
export function lacksGone(known: KnownDesigns, { id, uploadedAt }: Pick<GoneDesign, 'id' | 'uploadedAt'>): boolean {
  const { record, gone } = of(known, id)
  const livesOn = record !== undefined && Date.parse(record.uploadedAt) > Date.parse(uploadedAt)
  return !livesOn && (gone === undefined || !isOver(gone, uploadedAt))
}

/** Takes in a record, or that a design is none any more. False when that was known. */
export function takeDesign(known: KnownDesigns, resent: Extract<Resent, { kind: 'design' | 'gone' }>): boolean {
  const isLacking = resent.kind === 'design' ? lacksRecord(known, resent.record) : lacksGone(known, resent)
  if (!isLacking) return false
  known.records.delete(resent.id)
  known.gone.delete(resent.id)
  if (resent.kind === 'design') known.records.set(resent.id, resent.record)
  else known.gone.set(resent.id, resent)
  return true
}

/** The ids of the designs whose files stand on the NAS, whatever the order in which the shop heard of them: at each place
 *  one that no other has replaced, and of several, whose common past is not known, the last that was stored. */
export function findStanding({ records }: Pick<KnownDesigns, 'records'>): ReadonlySet<string> {
  const spots = Map.groupBy(records.values(), spotOf)
  return new Set([...spots.values()].flatMap((at) => standingAt(at)?.id ?? []))
}

function standingAt(records: readonly DesignRecord[]): DesignRecord | undefined {
  const replaced = new Set(records.map(({ replaces }) => replaces))
  const left = records.filter(({ id }) => !replaced.has(id))
  return (left.length > 0 ? left : [...records]).sort(byAge).at(-1)
}

function byAge(one: DesignRecord, other: DesignRecord): number {
  return Date.parse(one.uploadedAt) - Date.parse(other.uploadedAt) || (one.id < other.id ? -1 : 1)
}

function of({ records, gone }: KnownDesigns, id: string) {
  return { record: records.get(id), gone: gone.get(id) }
}

function isOver({ uploadedAt: last }: KnownGone, uploadedAt: string): boolean {
  return last === null || isAsLate(last, uploadedAt)
}

function isAsLate(known: string | undefined, uploadedAt: string): boolean {
  return known !== undefined && Date.parse(known) >= Date.parse(uploadedAt)
}
