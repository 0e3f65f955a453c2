import { MIN_BYTES_PER_SECOND, type Timetable } from '../../../shared/domain/speed-limit.ts'
import type { Texts } from '../../texts/en.ts'

export const SPEED_UNITS = { 'KB/s': 1000, 'MB/s': 1_000_000 } as const
export type SpeedUnit = keyof typeof SPEED_UNITS

/** What holds from a time of day on, as it stands in the form; amount and unit count for a limit alone. */
export interface SpeedEntryDraft {
  /** For the form's list only; of what is saved always the same. */
  readonly id: string
  readonly at: string
  readonly kind: 'full' | 'limited' | 'paused'
  readonly amount: string
  readonly unit: SpeedUnit
}

/** The timetable as it stands in the form, valid or not. `always` has one entry, whose time does not matter. */
export interface SpeedDraft {
  readonly mode: 'full' | 'always' | 'by-time'
  readonly entries: readonly SpeedEntryDraft[]
}

export type SpeedErrors = Readonly<Record<string, Partial<Record<'at' | 'amount', string>>>>

/** What a timetable begins with: the day slower than the night. */
const WORKDAY: Timetable = [
  { at: '08:00', bytesPerSecond: 2_000_000 },
  { at: '19:00', bytesPerSecond: null },
]

/** Writes a number as a person of the language types it. */
type Typed = (value: number) => string

export function speedDraftOf(timetable: Timetable, typed: Typed): SpeedDraft {
  const [first] = timetable
  const isAlways = timetable.length === 1 && first?.bytesPerSecond !== 0 && first?.bytesPerSecond !== null
  const mode = first === undefined ? 'full' : isAlways ? 'always' : 'by-time'
  return {
    mode,
    entries: mode === 'full' ? [] : timetable.map((entry, at) => entryDraftOf(entry, typed, `saved ${at}`)),
  }
}

/** The draft in another mode; what was typed is kept as far as it fits. */
export function inMode(draft: SpeedDraft, mode: SpeedDraft['mode'], typed: Typed): SpeedDraft {
  if (mode === 'full') return { ...draft, mode }
  const workday = WORKDAY.map((entry) => entryDraftOf(entry, typed))
  const entries = draft.entries.length > 0 ? draft.entries : workday
  if (mode === 'by-time') return { mode, entries: entries.length > 1 ? entries : workday }
  const limited = entries.find(({ kind }) => kind === 'limited') ?? entryDraftOf(WORKDAY[0], typed)
  return { mode, entries: [limited] }
}

/** The timetable that the form describes, or what is wrong with it, by entry and field. */
export function timetableOf(
  { mode, entries }: SpeedDraft,
  t: Texts,
): { readonly ok: true; readonly timetable: Timetable } | { readonly ok: false; readonly errors: SpeedErrors } {
  if (mode === 'full') return { ok: true, timetable: [] }
  const { invalid } = t.settings
  const errors: Record<string, SpeedErrors[string]> = {}
  const times = new Set<string>()
  const timetable = entries.map((entry) => {
    const bytesPerSecond = bytesPerSecondOf(entry)
    const wrong = {
      ...(entry.at === '' && { at: invalid.required }),
      ...(times.has(entry.at) && { at: invalid.twice }),
      ...(bytesPerSecond !== null &&
        bytesPerSecond !== 0 &&
        !(bytesPerSecond >= MIN_BYTES_PER_SECOND) && { amount: invalid.speed }),
    }
    if (Object.keys(wrong).length > 0) errors[entry.id] = wrong
    times.add(entry.at)
    return { at: entry.at, bytesPerSecond }
  })
  const [first] = entries
  if (first !== undefined && entries.every(({ kind }) => kind === 'paused')) errors[first.id] = { at: invalid.endless }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, timetable }
}

function entryDraftOf(
  entry: Timetable[number] | undefined,
  typed: Typed,
  id: string = crypto.randomUUID(),
): SpeedEntryDraft {
  const { at, bytesPerSecond } = entry ?? { at: '', bytesPerSecond: null }
  const kind = bytesPerSecond === null ? 'full' : bytesPerSecond === 0 ? 'paused' : 'limited'
  const rate = bytesPerSecond || 2_000_000
  const unit = rate < SPEED_UNITS['MB/s'] ? 'KB/s' : 'MB/s'
  return { id, at, kind, amount: typed(rate / SPEED_UNITS[unit]), unit }
}

/** A further entry, its time still to be given. */
export function newEntry(typed: Typed): SpeedEntryDraft {
  return entryDraftOf(undefined, typed)
}

function bytesPerSecondOf({ kind, amount, unit }: SpeedEntryDraft): number | null {
  if (kind === 'full') return null
  if (kind === 'paused') return 0
  // a comma is the decimal sign of half the world
  return Math.round(Number(amount.trim().replace(',', '.')) * SPEED_UNITS[unit])
}
