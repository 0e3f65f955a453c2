import type { ItemView, ReceiptLine } from '../shared/domain/batch.ts'
import { codesWhere } from '../shared/domain/failure.ts'
import type { MatchKind } from '../shared/domain/match.ts'
import type { Preflight, PreflightWarning } from '../shared/domain/preflight.ts'
import { isEnded } from '../shared/domain/stages.ts'
import { formatBytes, formatTable } from './format.ts'
import { clipMiddle, printable } from './printable.ts'
import { failureLine, type Speech } from './speech.ts'
import { describeLimit } from './speed-limit-format.ts'

const NAME_COLUMNS = 48
const NO_PICTURE = codesWhere((rule) => rule.isNoPicture === true)

/** How a file stands to the design that is named after it. */
export const MATCH_WORDS: Readonly<Record<MatchKind, string>> = {
  exact: 'Equals',
  'same-picture': 'Same picture as',
  'same-artwork': 'Same picture, elsewhere on its canvas, as',
  near: 'Resembles',
  recoloured: 'Another colour of',
  similar: 'Similar to',
}

/** What became of each item, as a person reads it in a terminal. */
export function receiptTable(items: readonly ItemView[], speech: Speech): string {
  return formatTable(
    ['File', 'Size', 'Outcome', 'On the NAS, or why not'],
    items.map((item) => [
      shownName(item.fileName),
      formatBytes(item.sizeBytes),
      isEnded(item.stage) ? item.stage : 'pending',
      whatBecame(item, speech),
    ]),
  )
}

function whatBecame({ stage, failure, hold, matches, remotePath }: ItemView, speech: Speech): string {
  // What to do about it too: bars have told nothing of it.
  if (failure !== null) return failureLine(failure, speech)
  const [first] = matches
  if (first !== undefined)
    return `${MATCH_WORDS[first.kind]} ${matches.map(({ fileName }) => shownName(fileName)).join(', ')}`
  if (stage === 'skipped') return 'You left it out.'
  if (hold?.kind === 'paused') return 'Paused.'
  if (hold?.kind === 'scheduled') return describeLimit({ bytesPerSecond: 0, until: hold.until })
  if (hold?.kind === 'twin') return 'Waiting: another file with the same picture goes first.'
  if (hold?.kind === 'library') return "Waiting: the shop's library is being read."
  if (hold !== null) return `Waiting: ${speech.failure(hold.failure).message}`
  return isEnded(stage) ? (remotePath ?? '') : 'Not begun, or not ended.'
}

const WARNINGS: Readonly<Record<PreflightWarning, (preflight: Preflight) => string>> = {
  'low-dpi': ({ effectiveDpi }) => `prints at ${effectiveDpi} dpi`,
  enlarged: ({ enlargement }) => `is enlarged ${enlargement.toFixed(1)} times`,
  opaque: () => 'has no transparency',
  blank: () => 'is blank: nothing of it shows in print',
  pages: () => 'has several pages or frames: only the first counts',
  cmyk: () => 'is CMYK: its colours may shift',
  'extra-channels': () => 'has spot inks or saved selections, which are not printed',
}

/** What preflight warned of, a line for each item that it did for. */
export function warningLines(items: readonly ItemView[]): string[] {
  return items.flatMap((item) => {
    const words = warningOf(item)
    return words === '' ? [] : [`${shownName(item.fileName)} ${words}.`]
  })
}

/** What preflight warned of, in words; empty when there is nothing. */
export function warningOf({ preflight }: Pick<ItemView, 'preflight'>): string {
  return preflight?.warnings.map((warning) => WARNINGS[warning](preflight)).join(', ') ?? ''
}

function shownName(name: string): string {
  return clipMiddle(printable(name), NAME_COLUMNS)
}

/** The file is none of what Galley takes: no failure that anybody could mend. */
export function isNoPicture({ outcome, reason }: Pick<ReceiptLine, 'outcome' | 'reason'>): boolean {
  return outcome === 'failed' && NO_PICTURE.some((code) => code === reason)
}

/** How many ended how, in words: "482 done, 14 skipped, 4 failed". */
export function countOutcomes(lines: readonly ReceiptLine[]): Record<ReceiptLine['outcome'], number> {
  const counts = { done: 0, skipped: 0, failed: 0, cancelled: 0, pending: 0 }
  for (const { outcome } of lines) counts[outcome] += 1
  return counts
}
