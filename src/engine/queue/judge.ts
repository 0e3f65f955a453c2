import type { DuplicatePolicy, Match } from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import type { NearDesign } from '../similarity/similarity-index.ts'
import type { Verdict } from './transition.ts'

/** What is to be compared: an item, or a file of which a person asks what would happen. */
interface Subject {
  readonly id: string
  readonly templateId: string
  readonly fingerprint: Fingerprint
}

/** Designs with the subject's bytes, those on the NAS first. */
export function exactMatches(designs: Designs, { id, templateId, fingerprint }: Subject): Match[] {
  return designs.exact(templateId, fingerprint.sha256, id).map(exactMatch)
}

/** What the index found, as it is now: the library was read before, and what was on its way then may be stored or gone. */
export function nearMatches(designs: Designs, found: readonly NearDesign[]): Match[] {
  return found.flatMap(({ state: _before, ...near }) => {
    const state = designs.stateOf(near.id)
    return state === null ? [] : [{ kind: 'near', against: againstOf(state), ...near }]
  })
}

/** What a policy makes of the matches. A skip because of something that is not on the NAS yet waits until it is: if
 *  that fails, the twin takes its place. */
export function judge(
  { onDuplicate, onSimilar }: DuplicatePolicy,
  exact: readonly Match[],
  near: readonly Match[],
  copy: number,
): Verdict | { readonly waitFor: string } {
  const exactIds = new Set(exact.map(({ id }) => id))
  const matches = [...exact, ...near.filter(({ id }) => !exactIds.has(id))]
  const [first] = matches
  if (first === undefined) return { kind: 'upload', copy }
  const wish = first.kind === 'exact' ? onDuplicate : onSimilar
  if (wish === 'keep') return { kind: 'upload', copy }
  if (wish === 'skip') return first.against === 'design' ? { kind: 'skip', match: first } : { waitFor: first.id }
  return { kind: 'review', matches }
}

function exactMatch({ id, state, fileName }: DesignRow): Match {
  return { kind: 'exact', against: againstOf(state), id, fileName, phashDistance: 0, dhashDistance: 0, correlation: 1 }
}

function againstOf(state: DesignRow['state']): Match['against'] {
  return state === 'known' ? 'design' : 'item'
}
