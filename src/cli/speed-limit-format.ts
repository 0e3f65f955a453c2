import { type SpeedLimit, type Timetable, timetableSchema } from '../shared/domain/speed-limit.ts'
import { usageError } from './cli-error.ts'

const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9 }
const RATE = /^(\d+(?:\.\d+)?)([KMG])B?(?:\/s)?$/i
const ENTRY = /^(\d\d:\d\d),(\S+)$/

/** `2M`, `512K` or `off`, or a timetable such as `08:00,512K 19:00,off`, where `paused` may stand too. */
export function parseLimits(words: readonly string[]): Timetable {
  const [first = ''] = words
  if (words.length === 1 && !first.includes(',')) {
    const bytesPerSecond = parseRate(first)
    return bytesPerSecond === null ? [] : checked([{ at: '00:00', bytesPerSecond }])
  }
  return checked(
    words.map((word) => {
      const [, at = '', rate = ''] = ENTRY.exec(word) ?? []
      return { at, bytesPerSecond: parseRate(rate) }
    }),
  )
}

/** In the way that `parseLimits` reads it. */
export function formatTimetable(timetable: Timetable): string {
  return timetable.map(({ at, bytesPerSecond }) => `${at},${formatEntry(bytesPerSecond)}`).join(' ')
}

/** What holds now, for a person: `Limited to 2 MB/s until 19:00.` */
export function describeLimit({ bytesPerSecond, until }: SpeedLimit): string {
  const end = until === null ? '.' : ` until ${until}.`
  if (bytesPerSecond === null) return `Full speed${end}`
  return bytesPerSecond === 0 ? `Paused${end}` : `Limited to ${formatRate(bytesPerSecond)}${end}`
}

function parseRate(word: string): number | null {
  if (word === 'off') return null
  if (word === 'paused') return 0
  const [, digits, unit = ''] = RATE.exec(word) ?? []
  if (digits === undefined) throw usageError(`"${word}" is no limit. Write 512K, 2M or off, or a timetable.`)
  return Math.round(Number(digits) * (UNITS[unit.toUpperCase()] ?? 1))
}

function formatEntry(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return 'off'
  return bytesPerSecond === 0 ? 'paused' : `${bytesPerSecond / 1000}K`
}

function formatRate(bytesPerSecond: number): string {
  const [value, unit] = bytesPerSecond < 1e6 ? [bytesPerSecond / 1e3, 'KB/s'] : [bytesPerSecond / 1e6, 'MB/s']
  return `${Number(value.toFixed(2))} ${unit}`
}

function checked(timetable: Timetable): Timetable {
  const parsed = timetableSchema.safeParse(timetable)
  if (!parsed.success) throw usageError(`That is no timetable: ${parsed.error.issues[0]?.message ?? 'unknown'}`)
  return parsed.data
}
