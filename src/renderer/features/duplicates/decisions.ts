import { CopyPlus, GitBranch, type LucideIcon, Replace, SkipForward, Split } from 'lucide-react'
import type { Decision } from '../../../shared/domain/match.ts'

/** How a decision is shown and which key makes it. */
export interface DecisionChoice {
  readonly decision: Decision
  readonly key: string
  readonly icon: LucideIcon
}

/** In the order in which they are offered. */
export const DECISIONS: readonly DecisionChoice[] = [
  { decision: 'skip', key: 's', icon: SkipForward },
  { decision: 'keep', key: 'k', icon: CopyPlus },
  { decision: 'replace', key: 'r', icon: Replace },
  { decision: 'variant', key: 'v', icon: GitBranch },
  { decision: 'not-duplicate', key: 'n', icon: Split },
]

/** What can be said in passing, in the upload list: nothing that takes a file off the NAS. */
export const QUICK_DECISIONS = DECISIONS.filter(({ decision }) => decision !== 'replace')

/** What can be said of so many files at once: only one can take a design's place, and only that of the closest, so that one
 *  is to be looked at. */
export function decisionsFor(files: number, matchAt: number): readonly DecisionChoice[] {
  const mayReplace = files === 1 && matchAt === 0
  return mayReplace ? DECISIONS : QUICK_DECISIONS
}

/** The decision among `choices` that a key stands for. */
export function decisionOf(key: string, choices: readonly DecisionChoice[]): Decision | null {
  return choices.find((choice) => choice.key === key.toLowerCase())?.decision ?? null
}
