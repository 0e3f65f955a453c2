import type { Match, MatchKind } from './match.ts'

/** Files in review that are one question: they resemble the same design. */
export interface ReviewGroup {
  /** The same whatever order the files come in. */
  readonly id: string
  readonly itemIds: readonly string[]
}

/** The same artwork: these join whatever resembles them, too. */
const SAME: readonly MatchKind[] = ['exact', 'same-picture', 'same-artwork', 'near']

/** Each file in one group; groups and files in the order of the files. Another colour, or what is only similar, is a question
 *  apart and joins by its closest match alone: chains of such would put everything into one group. */
export function reviewGroups(
  items: readonly { readonly id: string; readonly matches: readonly Pick<Match, 'id' | 'kind'>[] }[],
): ReviewGroup[] {
  const above = new Map<string, string>()
  const rootOf = (id: string): string => {
    let root = id
    for (let up = above.get(root); up !== undefined; up = above.get(root)) {
      // Halves the way for the next who asks.
      above.set(root, above.get(up) ?? up)
      root = up
    }
    return root
  }
  const join = (a: string, b: string): void => {
    const [first = '', second = ''] = [rootOf(a), rootOf(b)].sort()
    if (first !== second) above.set(second, first)
  }
  for (const { id, matches } of items) {
    const same = matches.filter(({ kind }) => SAME.includes(kind)).map((match) => match.id)
    const apart = matches.slice(0, 1).map((match) => `${match.id} ${match.kind}`)
    for (const one of same.length > 0 ? same : apart) join(id, one)
  }
  const groups = Map.groupBy(items, ({ id }) => rootOf(id))
  return [...groups].map(([id, members]) => ({ id, itemIds: members.map((item) => item.id) }))
}
