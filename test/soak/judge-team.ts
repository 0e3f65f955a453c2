import type { FeedEntry } from '../../src/shared/api/records.ts'

/** What a workstation knows at rest of what was stored while the service did not answer. */
export interface StationEnd {
  /** Designs that it asks a person about: its own, and the other workstation's with the same bytes. */
  readonly questions: readonly { readonly itemId: string; readonly twinId: string }[]
  /** Items that it named without a claim, or under a number that was not leased: the service had not answered for so long. */
  readonly unclaimed: ReadonlySet<string>
  readonly unleased: ReadonlySet<string>
}

type StoredDesign = Pick<FeedEntry, 'id' | 'number' | 'remotePath' | 'fingerprint'>

/** Designs that both workstations stored: each must be a question of one of them, and sent without a claim by one of them. */
export function judgeTwice(records: readonly StoredDesign[], stations: readonly StationEnd[]): string[] {
  const asked = stations.flatMap(({ questions }) => questions.map(({ itemId, twinId }) => pairOf([itemId, twinId])))
  const stored = [...Map.groupBy(records, ({ fingerprint }) => fingerprint.sha256).values()]
  const twice = stored.filter(({ length }) => length > 1).map((of) => of.map(({ id }) => id))
  const violations = twice.flatMap((ids) => {
    const times = asked.filter((pair) => pair === pairOf(ids)).length
    const what = `${ids.join(' and ')} have the same bytes`
    const isUnclaimed = stations.some(({ unclaimed }) => ids.some((id) => unclaimed.has(id)))
    return [
      ...(times === 1 ? [] : [`${what}, and ${times} workstations ask about them`]),
      ...(isUnclaimed ? [] : [`${what}, and each was claimed`]),
    ]
  })
  const pairs = twice.map(pairOf)
  return [
    ...violations,
    ...asked.filter((pair) => !pairs.includes(pair)).map((pair) => `asked about ${pair}, which are not equal`),
  ]
}

/** The files of a template's folder: no two have one number, whatever their extensions, unless one was named while the service
 *  did not answer. */
export function judgeFiles(
  paths: readonly string[],
  numberOf: (path: string) => number | null,
  records: readonly StoredDesign[],
  stations: readonly StationEnd[],
): string[] {
  const unleased = new Set(stations.flatMap((station) => [...station.unleased]))
  const isExcused = (number: number): boolean => records.some((one) => one.number === number && unleased.has(one.id))
  return [...Map.groupBy(paths, numberOf)].flatMap(([number, of]) =>
    number === null || of.length === 1 || isExcused(number) ? [] : [`number ${number} has ${of.join(' and ')}`],
  )
}

/** Numbers of one drop, in its order. */
export function judgeOrder(numbers: readonly number[], what: string): string[] {
  const isOrdered = numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
  return isOrdered ? [] : [`the numbers of ${what} are not in its order: ${numbers.join(' ')}`]
}

/** The lowest numbers that nothing has. */
export function lowestFree(used: ReadonlySet<number>, count: number): number[] {
  const free: number[] = []
  for (let number = 1; free.length < count; number += 1) if (!used.has(number)) free.push(number)
  return free
}

function pairOf(ids: readonly string[]): string {
  return ids.toSorted().join(' and ')
}
