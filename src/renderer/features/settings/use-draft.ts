import { type DraftKind, type DraftOf, isContested, isSame, shownDraft, typedInto } from '../../stores/draft-slice.ts'
import { useGalley, useWindow } from '../../stores/store-context.tsx'

interface Draft<D> {
  /** What the form shows. */
  readonly draft: D
  readonly isUnsaved: boolean
  /** It changes what was changed elsewhere since it was begun. */
  readonly isContested: boolean
  change(part: Partial<D>): void
  /** The form shows what is saved again. */
  discard(): void
}

/** A form's draft over what is `saved`; it is kept when the form is left, until it is saved or discarded. */
export function useDraft<K extends DraftKind>(kind: K, id: string, saved: DraftOf<K>): Draft<DraftOf<K>> {
  const { store } = useWindow()
  const kept = useGalley(({ drafts }) => drafts[kind].get(id))
  const { keepDraft } = store.getState()
  const draft = shownDraft(kept, saved)
  return {
    draft,
    isUnsaved: !isSame(draft, saved),
    isContested: isContested(kept, saved),
    change: (part) => keepDraft(kind, id, typedInto(store.getState().drafts[kind].get(id), saved, part)),
    discard: () => keepDraft(kind, id, null),
  }
}
