import { z } from 'zod'
import { describeDetail } from '../texts/details-en.ts'

/** The lowest limit at which an upload can still be seen to move. */
export const MIN_BYTES_PER_SECOND = 16_000
/** Of a timetable. */
export const MAX_ENTRIES = 8
const MINUTES_PER_DAY = 24 * 60

/** What holds from a time of day on. `null` is full speed, 0 that nothing is uploaded. */
const limitEntrySchema = z.object({
  /** `HH:MM` on this computer's clock. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, describeDetail({ says: 'not-a-time' })),
  bytesPerSecond: z.union([z.literal(0), z.number().int().min(MIN_BYTES_PER_SECOND)]).nullable(),
})

/** How fast uploads may go by the time of day: each entry until the next, the latest of a day over midnight until the
 *  first. One entry alone holds always, whatever its time; none is full speed. */
export const timetableSchema = z
  .array(limitEntrySchema)
  .max(MAX_ENTRIES, describeDetail({ says: 'times-at-most', entries: MAX_ENTRIES }))
  .refine(
    (entries) => new Set(entries.map(({ at }) => at)).size === entries.length,
    describeDetail({ says: 'time-twice' }),
  )
  .refine((entries) => entries.length === 0 || entries.some(({ bytesPerSecond }) => bytesPerSecond !== 0), {
    message: describeDetail({ says: 'endless-pause' }),
  })
export type Timetable = z.infer<typeof timetableSchema>

/** The limit of a moment. */
export interface SpeedLimit {
  /** `null` is full speed, 0 that nothing is uploaded. */
  readonly bytesPerSecond: number | null
  /** When another one holds, `HH:MM`; null: this one always. */
  readonly until: string | null
}

/** What the timetable says at a minute of the day, counted from midnight. */
export function limitAt(timetable: Timetable, minute: number): SpeedLimit {
  const byAge = [...timetable].sort((a, b) => minutesSince(a.at, minute) - minutesSince(b.at, minute))
  const current = byAge[0]
  if (current === undefined) return { bytesPerSecond: null, until: null }
  const next = byAge.findLast(({ bytesPerSecond }) => bytesPerSecond !== current.bytesPerSecond)
  return { bytesPerSecond: current.bytesPerSecond, until: next?.at ?? null }
}

/** Minutes from the last time it was `at` until `minute` of the day. */
function minutesSince(at: string, minute: number): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  return (minute - hours * 60 - minutes + MINUTES_PER_DAY) % MINUTES_PER_DAY
}
