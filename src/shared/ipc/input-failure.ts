import type { z } from 'zod'
import type { Said } from '../domain/detail.ts'
import { type Failure, failure } from '../domain/failure.ts'
import { MAX_PRINT_PIXELS } from '../domain/shop.ts'
import { MAX_ENTRIES } from '../domain/speed-limit.ts'
import { describeDetail } from '../texts/details-en.ts'

/** What the schemas of the domain refuse by a rule of Galley's own, whose message is its English words. */
const RULES: readonly Said[] = [
  { says: 'name-without-letters' },
  { says: 'print-too-large', pixels: MAX_PRINT_PIXELS },
  { says: 'not-a-time' },
  { says: 'time-twice' },
  { says: 'times-at-most', entries: MAX_ENTRIES },
  { says: 'endless-pause' },
]

/** An input that its schema refused, by the first thing that is wrong with it. */
export function inputFailure({ issues: [issue] }: z.ZodError): Failure {
  return failure('configuration', RULES.find((rule) => describeDetail(rule) === issue?.message) ?? issue?.message)
}
