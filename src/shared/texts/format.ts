/** Numbers as a person of this language reads them. */
export interface Format {
  /** `1,204` */
  count(value: number): string
  /** `12.4 MB`: decimal units as file managers show them, three digits. */
  bytes(value: number): string
  /** `12.4 MB/s` */
  rate(bytesPerSecond: number): string
  /** `2 MB/s`, `512 KB/s`: as it was set, no more exact. */
  limit(bytesPerSecond: number): string
  /** `45 s`, `12 min`, `2 h 5 min`, `3 d`: never more exact than the estimate is. */
  duration(ms: number): string
  /** `14:05` on the same day, else with the date. */
  when(ms: number, nowMs: number): string
  /** `March 3, 2026` */
  day(ms: number): string
  /** `9.5` or `9,5`: as it stands in a field, to be typed over. */
  typed(value: number): string
  /** `7:00 PM` or `19:00`, of `19:00`. */
  timeOfDay(at: string): string
  /** `09:05`, of a moment. */
  clock(ms: number): string
  /** `12.9 ms` */
  ms(value: number): string
  percent(fraction: number): string
  /** `2.4`, of how many times larger something is. */
  factor(value: number): string
}

const BYTE_UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** The formats of a language, by its BCP 47 tag. */
export function createFormat(language: string): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const oneDigit = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const twoDigits = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const asSet = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const typed = new Intl.NumberFormat(language, { maximumFractionDigits: 6, useGrouping: false })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long' })
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' })
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const date = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })

  const bytes = (value: number): string => {
    let unit = 0
    let scaled = Math.max(0, value)
    // 999.5 KB and more would round to "1000 KB"
    while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1) {
      scaled /= 1000
      unit++
    }
    const digits = unit < 2 || scaled >= 99.95 ? whole : scaled >= 9.995 ? oneDigit : twoDigits
    const told = digits.format(scaled)
    return `${told} ${told === '1' && unit === 0 ? 'byte' : BYTE_UNITS[unit]}`
  }

  return {
    count: (value) => whole.format(value),
    bytes,
    rate: (bytesPerSecond) => `${bytes(bytesPerSecond)}/s`,
    limit: (bytesPerSecond) =>
      bytesPerSecond < 1e6
        ? `${asSet.format(bytesPerSecond / 1e3)} KB/s`
        : `${asSet.format(bytesPerSecond / 1e6)} MB/s`,
    duration(ms) {
      const exact = Math.max(0, Math.round(ms / 1000))
      const seconds = exact < 10 ? exact : Math.round(exact / 5) * 5
      if (seconds < 60) return `${seconds} s`
      const minutes = Math.round(exact / 60)
      if (minutes < 60) return `${minutes} min`
      const days = Math.round(minutes / 60 / 24)
      if (minutes >= 24 * 60) return `${days} d`
      const hours = Math.floor(minutes / 60)
      const rest = hours < 10 ? Math.round((minutes % 60) / 5) * 5 : 0
      if (rest === 60) return `${hours + 1} h`
      return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
    },
    when: (ms, nowMs) =>
      (new Date(ms).toDateString() === new Date(nowMs).toDateString() ? time : date).format(new Date(ms)),
    day: (ms) => day.format(new Date(ms)),
    typed: (value) => typed.format(value),
    timeOfDay: (at) => time.format(new Date(`2000-01-01T${at}`)),
    clock: (ms) => clock.format(new Date(ms)),
    ms: (value) => `${oneDigit.format(value)} ms`,
    factor: (value) => oneDigit.format(value),
    percent: (fraction) => percent.format(Math.min(1, Math.max(0, fraction))),
  }
}
