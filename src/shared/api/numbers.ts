import { z } from 'zod'
import { sizeOf } from '../domain/number-range.ts'
import { storableText } from './records.ts'

/** Numbers that a workstation gets at a time, at most. */
export const MAX_LEASED = 500
/** Ranges of one kind that a request tells, at most. */
export const MAX_RANGES = 10_000

const number = z.number().int().min(1)
const ranges = z
  .array(
    z
      .tuple([number, number])
      .refine(([first, last]) => first <= last)
      .readonly(),
  )
  .max(MAX_RANGES)

/** `POST /v1/numbers`: which of a template's numbers a workstation has for files that it is about to send. They are its own
 *  for as long as a claim lasts, and asking again renews that. */
export const leaseRequestSchema = z.object({
  /** The workstation, as its data folder knows itself. */
  holder: z.uuid().toLowerCase(),
  /** The code of the template. */
  template: storableText(200),
  /** Of the last answer; 0 before the first. What is not in `held` is given back only by who knows all that it has. */
  turn: z.number().int().min(0).max(2_000_000_000),
  /** What it needs: of its lease, and what it took while the service was away. */
  held: ranges,
  /** How many more it wishes, the lowest that are free. */
  wanted: z.number().int().min(0).max(MAX_LEASED),
  /** Files stand under these that no record may tell of: nobody gets them. */
  taken: ranges,
  /** Lost numbers of which a listing since they were told shows no file: they are free. */
  looked: ranges,
})
export type LeaseRequest = z.input<typeof leaseRequestSchema>

/** No workstation has more of a template that are not stored yet: who answers so is no service of ours. */
const answeredRanges = ranges.refine((told) => sizeOf(told) <= 1_000_000)

export const leaseResponseSchema = z.object({
  turn: z.number().int(),
  /** All that is the workstation's now. What it held and is not among them is a design's or another's. */
  numbers: answeredRanges,
  /** For who wishes numbers: those of workstations that are silent for longer than a lease lasts. */
  lost: answeredRanges,
})
export type LeaseResponse = z.output<typeof leaseResponseSchema>
