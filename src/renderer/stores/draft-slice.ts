import type { NasDraft } from '../features/settings/nas-draft.ts'
import type { SpeedDraft } from '../features/settings/speed-draft.ts'
import type { TemplateDraft } from '../features/settings/template-draft.ts'
import type { SetSlice } from './slice.ts'

/** What the forms of Settings hold. */
interface DraftKinds {
  readonly name: { readonly name: string }
  readonly nas: NasDraft
  readonly backend: { readonly url: string; readonly token: string; readonly fingerprint: string }
  readonly pairing: { readonly line: string }
  readonly template: TemplateDraft
  readonly speed: SpeedDraft
}
export type DraftKind = keyof DraftKinds
export type DraftOf<K extends DraftKind> = DraftKinds[K]

/** The fields of a form that a person changed, and what was saved in each when they began to. */
export interface KeptDraft<D> {
  readonly typed: Partial<D>
  readonly from: Partial<D>
}
type KeptDrafts = { readonly [K in DraftKind]: ReadonlyMap<string, KeptDraft<DraftKinds[K]>> }

/** What was typed in Settings and is not saved yet. It is in the window's memory alone: passwords are among it. */
export interface DraftSlice {
  /** By shop, and by template where there are several of a kind. */
  readonly drafts: KeptDrafts

  /** Null forgets it. */
  keepDraft<K extends DraftKind>(kind: K, id: string, draft: KeptDraft<DraftKinds[K]> | null): void
}

export function createDraftSlice(set: SetSlice<DraftSlice>): DraftSlice {
  return {
    drafts: {
      name: new Map(),
      nas: new Map(),
      backend: new Map(),
      pairing: new Map(),
      template: new Map(),
      speed: new Map(),
    },

    keepDraft: (kind, id, draft) =>
      set(({ drafts }) => {
        const ofKind = new Map(drafts[kind])
        if (draft === null) ofKind.delete(id)
        else ofKind.set(id, draft)
        return { drafts: { ...drafts, [kind]: ofKind } }
      }),
  }
}

/** The draft once a person changed `part` of the form, over what is saved now. */
export function typedInto<D extends object>(
  kept: KeptDraft<D> | undefined,
  saved: D,
  part: Partial<D>,
): KeptDraft<D> | null {
  const typed: Partial<D> = { ...kept?.typed, ...part }
  const from: Partial<D> = { ...kept?.from }
  for (const field in part) if (!(field in from)) from[field] = saved[field]
  // What was typed back is no change, and follows what is saved.
  for (const field in typed)
    if (isSame(typed[field], from[field])) {
      delete typed[field]
      delete from[field]
    }
  return Object.keys(typed).length === 0 ? null : { typed, from }
}

/** What the form shows: what was typed, and of all else what is saved now. */
export function shownDraft<D extends object>(kept: KeptDraft<D> | undefined, saved: D): D {
  return { ...saved, ...kept?.typed }
}

/** Was a field changed here that was changed elsewhere meanwhile, to something else? */
export function isContested<D extends object>(kept: KeptDraft<D> | undefined, saved: D): boolean {
  if (kept === undefined) return false
  const { typed, from } = kept
  for (const field in typed) if (!isSame(saved[field], from[field]) && !isSame(saved[field], typed[field])) return true
  return false
}

/** Do two drafts, or two fields of them, say the same? */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [of, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))]
  return of.length === others.size && of.every(([field, value]) => isSame(value, others.get(field)))
}
