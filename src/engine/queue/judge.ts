import {
  type Decision,
  type DuplicatePolicy,
  isDuplicate,
  MATCH_KINDS,
  type Match,
  type MatchKind,
  maySkipUnasked,
} from '../../shared/domain/match.ts'
import type { Fingerprint } from '../../shared/domain/picture.ts'
import type { Decisions } from '../catalog/decisions.ts'
import type { DesignRow, Designs } from '../catalog/designs.ts'
import type { Verdict } from '../items/transition.ts'
import type { NearDesign } from '../similarity/search.ts'

/** What is to be compared: an item, or a file of which a person asks what would happen. */
export interface Subject {
  readonly id: string
  readonly templateId: string
  readonly fingerprint: Fingerprint
}

/** Designs with the subject's bytes, then those with its pixels; of each, those on the NAS first. */
export function equalMatches(designs: Designs, { id, templateId, fingerprint }: Subject): Match[] {
  const { sha256, pixels } = fingerprint
  const exact = designs.exact(templateId, sha256, id).map((row) => equalMatch('exact', row))
  if (pixels === null) return exact
  const samePixels = designs.samePixels(templateId, pixels.digest, id).map(({ place, ...row }) => {
    return equalMatch(place === pixels.place ? 'same-picture' : 'same-artwork', row)
  })
  return [...exact, ...samePixels]
}

/** What the index found, as it is now: the library was read before, and what was on its way then may be stored or gone.
 *  `same` are those that a closer look found to be the same. */
export function nearMatches(designs: Designs, found: readonly NearDesign[], same: ReadonlySet<string>): Match[] {
  return found.flatMap(({ state: _before, ...near }) => {
    const state = designs.stateOf(near.id)
    return state === null ? [] : [{ against: againstOf(state), ...near, ...sameOf(near.id, same) }]
  })
}

/** What is said of a match that was looked at closer. */
export function sameOf(id: string, same: ReadonlySet<string>): Pick<Match, 'isSame'> {
  return same.has(id) ? { isSame: true } : {}
}

/** The closest first, and each design once, as what it is most. */
export function closestFirst(found: readonly Match[]): Match[] {
  const sorted = found.toSorted((a, b) => MATCH_KINDS.indexOf(a.kind) - MATCH_KINDS.indexOf(b.kind))
  return sorted.filter(({ id }, i) => sorted.findIndex((other) => other.id === id) === i)
}

/** What the shop's people said before of an artwork and a match; null where it is to be asked. */
export type SaidBefore = (match: Match) => Decision | null

/** Of equal files and pictures nothing is remembered: that is the policy's. */
export function saidBefore(
  decisions: Decisions,
  shopId: string,
  sha256: string,
  sha256Of: (designId: string) => string | null,
): SaidBefore {
  return ({ kind, id }) => {
    const against = isDuplicate(kind) ? null : sha256Of(id)
    return against === null ? null : decisions.between(shopId, sha256, against)
  }
}

/** What a policy makes of the matches; the closest decides. What was said before is not asked again: a skip is one again
 *  unless all are kept, and the other decisions leave no match. */
export function judge(
  { onDuplicate, onSimilar }: DuplicatePolicy,
  found: readonly Match[],
  said: SaidBefore,
  copy: number,
): Judgement {
  const matches = closestFirst(found)
  const open = matches.filter((match) => said(match) === null)
  const [first] = open
  const isAsked = first === undefined || !isDuplicate(first.kind)
  const again = isAsked && onSimilar !== 'keep' ? matches.find((match) => said(match) === 'skip') : undefined
  if (again !== undefined) return skipBecauseOf(again, 'remembered')
  if (first === undefined) return { kind: 'upload', copy }
  const wish = isAsked ? onSimilar : onDuplicate
  if (wish === 'keep') return { kind: 'upload', copy }
  const same = wish === 'skip' ? open.find(maySkipUnasked) : undefined
  return same === undefined ? { kind: 'review', matches: open } : skipBecauseOf(same, 'duplicate')
}

type Judgement = Verdict | { readonly waitFor: string }

/** Because of something that is not on the NAS yet it waits until that is: if that fails, the twin takes its place. */
function skipBecauseOf(match: Match, by: 'duplicate' | 'remembered'): Judgement {
  return match.against === 'design' ? { kind: 'skip', match, by } : { waitFor: match.id }
}

function equalMatch(kind: MatchKind, { id, state, fileName }: DesignRow): Match {
  return { kind, against: againstOf(state), id, fileName, phashDistance: 0, dhashDistance: 0, correlation: 1 }
}

function againstOf(state: DesignRow['state']): Match['against'] {
  return state === 'known' ? 'design' : 'item'
}
